/*
 * Vectors as they stand in items: lists of numbers, read as 32-bit floats.
 */
#ifndef DYNAMO_VECTOR_ELEMENTS_H
#define DYNAMO_VECTOR_ELEMENTS_H

#include "item/value.h"

#include "utils/jsonb.h"

/* What keeps a value from being a vector of so many dimensions. */
typedef enum VectorFaultKind
{
	VECTOR_NO_LIST,
	VECTOR_WRONG_SIZE,
	VECTOR_NO_NUMBER,   /* an element */
	VECTOR_OUT_OF_RANGE /* an element */
} VectorFaultKind;

typedef struct VectorFault
{
	VectorFaultKind kind;
	int element;                 /* of the last two */
	const AttributeValue *value; /* the element, or what is no list */
} VectorFault;

/*
 * Reads the elements into `elements`, which has room for `dimensions`. False with the fault, the
 * first of them, which points into the value.
 */
extern bool VectorOfValue(const AttributeValue *value, int dimensions, float *elements,
                          VectorFault *fault);

/*
 * The vector in an attribute of a stored item; false where it has none of so many dimensions.
 * Never raises.
 */
extern bool VectorOfItem(const Jsonb *item, Bytes attribute, int dimensions, float *elements);

/* The same of any number of dimensions up to MAX_VECTOR_DIMENSIONS; palloc'd, NULL: none. */
extern float *VectorOfItemAny(const Jsonb *item, Bytes attribute, int *dimensions);

#endif
