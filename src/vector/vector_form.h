/*
 * What the entries of a vector index hold of items: the text that its expression carries.
 */
#ifndef DYNAMO_VECTOR_FORM_H
#define DYNAMO_VECTOR_FORM_H

#include "item/value.h"

#define MAX_VECTOR_DIMENSIONS 4096
#define MAX_VECTOR_FILTERS 18
#define MAX_FILTER_BYTES 32                         /* a number is whole */
#define VECTOR_CODE_HEAD (3 * (int) sizeof(double)) /* of an entry's code: vector_code.h */

/* An attribute that searches may filter on. */
typedef struct VectorFilter
{
	Bytes name;
	AttributeType type; /* S, N or B */
} VectorFilter;

typedef struct VectorForm
{
	Bytes attribute; /* the vector's */
	int dimensions;
	int bits;         /* of each element: 8 or 4 */
	int filter_bytes; /* that are kept of each filter's value at most; 0: none are kept */
	int filter_count;
	VectorFilter filters[MAX_VECTOR_FILTERS];
} VectorForm;

/*
 * Sets bits and filter_bytes by what fits an entry of `space` bytes beside its other columns. The
 * rest must be set.
 */
extern void VectorFormFit(VectorForm *form, int space);

/* Bytes of an entry's code at most, with its length word. */
extern int VectorFormSize(const VectorForm *form);

/*
 * The form as text, palloc'd: words with a blank between two, in which a blank and a backslash are
 * "\s" and "\\": the vector's attribute as it is stored, dimensions, bits, filter_bytes, and for
 * each filter its type, a colon, and its name as it is stored: "embedding 768 8 32 S:category".
 * And back: false where the text is none. The form's names may point into the text.
 */
extern char *VectorFormText(const VectorForm *form);
extern bool VectorFormParse(Bytes text, VectorForm *form);

#endif
