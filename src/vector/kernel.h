/*
 * The loops over vectors' elements. Compilers turn them into the vector instructions of the
 * machine.
 */
#ifndef DYNAMO_VECTOR_KERNEL_H
#define DYNAMO_VECTOR_KERNEL_H

#include "postgres.h"

/* The sum of the products. At most 4096 elements, those of `a` within -2047..2047. */
extern int32 ProductWithBytes(const int16 *a, const int8 *b, int count);

/*
 * The same with elements of 4 bits, each 8 more than its value: `count` bytes, of which the low
 * halves are the first elements and the high ones those behind them. `a` has 2 * count.
 */
extern int32 ProductWithHalves(const int16 *a, const uint8 *b, int count);

/* In double precision, the sum of the products, and of the squares of the differences. */
extern double ProductOfFloats(const float *a, const float *b, int count);
extern double SquaresOfDifferences(const float *a, const float *b, int count);

#endif
