/*
 * What making a number of decimal digits takes.
 */
#ifndef DYNAMO_NUMBER_DIGITS_H
#define DYNAMO_NUMBER_DIGITS_H

#include "item/value.h"

#define SIGNIFICANT_DIGITS 38

/* Decimal digits of a number that is being made: d.ddd * 10^exponent. */
typedef struct DecimalDigits
{
	bool negative;
	int exponent; /* of the first digit */
	int count;    /* 0: the number is zero; else neither end is 0 */
	char digits[SIGNIFICANT_DIGITS];
} DecimalDigits;

/* The numeric of the digits, which are in range; palloc'd. */
extern Numeric NumberOfDigits(const DecimalDigits *decimal);

/*
 * What is wrong with a number of so many digits whose first one stands at the exponent, or, where
 * all are 0, the last; NULL: nothing.
 */
extern const char *NumberRangeFault(int significant, int64 exponent);

#endif
