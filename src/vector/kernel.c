/*
 * The loops over vectors' elements.
 *
 * Where the compiler can, each is compiled for newer processors as well, and the one that fits is
 * chosen as the library is loaded. Sums of integers are exact in any order; those of doubles are
 * taken in four strands, the same on all machines.
 */
#include "vector/kernel.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__)
#define KERNEL __attribute__((optimize("O3"), target_clones("arch=x86-64-v4", "avx2", "default")))
#elif defined(__GNUC__) && !defined(__clang__)
#define KERNEL __attribute__((optimize("O3")))
#else
#define KERNEL
#endif

#define STRANDS 4

KERNEL int32
ProductWithBytes(const int16 *a, const int8 *b, int count)
{
	int32 sum = 0;

	for (int i = 0; i < count; i++)
	{
		int16 element = b[i];

		sum += a[i] * element;
	}
	return sum;
}

KERNEL int32
ProductWithHalves(const int16 *a, const uint8 *b, int count)
{
	int32 sum = 0;

	for (int i = 0; i < count; i++)
	{
		int16 low = (int16) ((b[i] & 15) - 8);
		int16 high = (int16) ((b[i] >> 4) - 8);

		sum += a[i] * low + a[count + i] * high;
	}
	return sum;
}

KERNEL double
ProductOfFloats(const float *a, const float *b, int count)
{
	double sums[STRANDS] = { 0 };
	int i = 0;

	for (; i + STRANDS <= count; i += STRANDS)
		for (int j = 0; j < STRANDS; j++)
			sums[j] += (double) a[i + j] * b[i + j];
	for (; i < count; i++)
		sums[0] += (double) a[i] * b[i];
	return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

KERNEL double
SquaresOfDifferences(const float *a, const float *b, int count)
{
	double sums[STRANDS] = { 0 };
	int i = 0;

	for (; i + STRANDS <= count; i += STRANDS)
		for (int j = 0; j < STRANDS; j++)
			sums[j] += ((double) a[i + j] - b[i + j]) * ((double) a[i + j] - b[i + j]);
	for (; i < count; i++)
		sums[0] += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
	return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}
