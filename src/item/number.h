/*
 * DynamoDB's numbers on PostgreSQL's numeric: up to 38 significant digits,
 * magnitude 1E-130 to 9.9999999999999999999999999999999999999E+125, zero.
 * Never a double anywhere.
 */
#ifndef DYNAMO_NUMBER_H
#define DYNAMO_NUMBER_H

#include "item/value.h"

/*
 * The number that `text` spells, normalised. Raises ValidationException with
 * DynamoDB's texts: not a number, more than 38 significant digits, overflow,
 * underflow. The result is palloc'd.
 */
extern Numeric NumberParse(Bytes text);

/* Sum and difference by DynamoDB's rules; ValidationException on overflow or over 38 digits. */
extern Numeric NumberAdd(Numeric a, Numeric b);
extern Numeric NumberSubtract(Numeric a, Numeric b);

extern int NumberCompare(Numeric a, Numeric b);

/* The number as DynamoDB returns it, e.g. 100 for 1E2; palloc'd. */
extern char *NumberToString(Numeric number);

/* Bytes that the number counts for in an item's size. */
extern int NumberSize(Numeric number);

#endif
