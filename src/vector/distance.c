/*
 * How near vectors are to each other.
 */
#include "vector/distance.h"

#include <float.h>
#include <math.h>

#include "vector/kernel.h"

static const char *const function_names[] = {
	[VECTOR_COSINE] = "COSINE",
	[VECTOR_EUCLIDEAN] = "EUCLIDEAN",
	[VECTOR_DOT_PRODUCT] = "DOT_PRODUCT",
};

const char *
VectorFunctionName(VectorFunction function)
{
	return function_names[function];
}

bool
VectorFunctionFromName(Bytes name, VectorFunction *function)
{
	for (int i = 0; i < lengthof(function_names); i++)
	{
		if (!BytesEqual(name, BytesFromCString(function_names[i])))
			continue;
		*function = i;
		return true;
	}
	return false;
}

double
VectorNorm(const float *elements, int count)
{
	return sqrt(ProductOfFloats(elements, elements, count));
}

static double
CosineRank(double product, double norms)
{
	/* Rounding may take it beyond what it can be. */
	return norms == 0 ? 1 : Max(0, Min(2, 1 - product / norms));
}

double
VectorRank(VectorFunction function, const float *a, double norm_a, const float *b, double norm_b,
           int count)
{
	switch (function)
	{
		case VECTOR_COSINE:
			return CosineRank(ProductOfFloats(a, b, count), norm_a * norm_b);
		case VECTOR_EUCLIDEAN:
			return SquaresOfDifferences(a, b, count);
		case VECTOR_DOT_PRODUCT:
			return -ProductOfFloats(a, b, count);
	}
	elog(ERROR, "unexpected function of distance: %d", (int) function);
}

float
VectorScore(VectorFunction function, double rank)
{
	double score = function == VECTOR_EUCLIDEAN     ? sqrt(rank)
	               : function == VECTOR_DOT_PRODUCT ? -rank
	                                                : rank;

	return (float) Max(-(double) FLT_MAX, Min((double) FLT_MAX, score));
}
