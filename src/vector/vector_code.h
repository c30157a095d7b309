/*
 * Codes of vectors, and what they say of distances.
 *
 * A code has the vector's elements in steps of one length, so that the nearest vectors among many
 * are found by a product of integers for each: the bounds of a code hold what the vector itself
 * would give. Behind the elements it has values of the attributes that searches may filter on
 * (vector/filter_value.h).
 *
 * As a datum of type dynamo.vector_code, a varlena of plain storage: the length of a step, the
 * vector's norm and its distance from what the code stands for, three doubles; then the elements,
 * of 8 bits each, or of 4 (vector/kernel.h); then the filters' values.
 */
#ifndef DYNAMO_VECTOR_CODE_H
#define DYNAMO_VECTOR_CODE_H

#include "vector/distance.h"
#include "vector/vector_form.h"

#include "utils/jsonb.h"

/*
 * The code of a stored item, palloc'd; false where an index of this form does not hold it: it has
 * no such vector, or a value of another type in an attribute of the filters. Never raises.
 */
extern bool VectorCodeOfItem(const VectorForm *form, const Jsonb *item, Datum *code);

/* The vector that is searched for. */
typedef struct VectorQuery
{
	VectorFunction function;
	int dimensions;
	const float *elements;
	double norm;
	double step;     /* of the coded elements */
	double residual; /* distance from what those stand for */
	int16 coded[MAX_VECTOR_DIMENSIONS + 1];
} VectorQuery;

/* `elements` must outlive the query. */
extern void VectorQueryInit(VectorQuery *query, VectorFunction function, const float *elements,
                            int dimensions);

/* Between which the rank of the vector that a code was made of lies. */
typedef struct VectorBounds
{
	double lower;
	double upper;
} VectorBounds;

/*
 * `code` is a code's bytes behind its length word, which VectorCodeIsWhole has found to be long
 * enough for the form.
 */
extern bool VectorCodeIsWhole(const VectorForm *form, Bytes code);
extern VectorBounds VectorCodeBounds(const VectorQuery *query, const VectorForm *form, Bytes code);

/* The values of the filters in a whole code. */
extern Bytes VectorCodeFilters(const VectorForm *form, Bytes code);

#endif
