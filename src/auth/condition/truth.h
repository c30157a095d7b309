/*
 * Truth in three values, in an order: "and" is the lesser of two, "or" the greater.
 */
#ifndef DYNAMO_POLICY_TRUTH_H
#define DYNAMO_POLICY_TRUTH_H

#include "postgres.h"

typedef enum Truth
{
	TRUTH_FALSE,
	TRUTH_UNKNOWN, /* depends on a key whose values are not known yet */
	TRUTH_TRUE
} Truth;

static inline Truth
TruthNot(Truth truth)
{
	return TRUTH_TRUE - truth;
}

static inline Truth
TruthOf(bool truth)
{
	return truth ? TRUTH_TRUE : TRUTH_FALSE;
}

#endif
