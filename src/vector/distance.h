/*
 * How near vectors are to each other (developer guide, "Vector search": distance functions).
 *
 * Elements are 32-bit floats, sums are taken in double precision.
 */
#ifndef DYNAMO_VECTOR_DISTANCE_H
#define DYNAMO_VECTOR_DISTANCE_H

#include "text/bytes.h"

typedef enum VectorFunction
{
	VECTOR_COSINE,
	VECTOR_EUCLIDEAN,
	VECTOR_DOT_PRODUCT
} VectorFunction;

/* "COSINE" and so on, and back; false where it is none. */
extern const char *VectorFunctionName(VectorFunction function);
extern bool VectorFunctionFromName(Bytes name, VectorFunction *function);

extern double VectorNorm(const float *elements, int count);

/*
 * What is the smaller the nearer two vectors are: 1 - cosine (1 where either is zero), the square
 * of the distance, or the product negated. The norms matter to COSINE alone.
 */
extern double VectorRank(VectorFunction function, const float *a, double norm_a, const float *b,
                         double norm_b, int count);

/* The service's score of a rank: a 32-bit float within the range of finite ones. */
extern float VectorScore(VectorFunction function, double rank);

#endif
