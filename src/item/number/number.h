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

/*
 * The same with what is wrong with the size of a number that is one: NULL where nothing is, and
 * then `*number` is set.
 */
extern const char *NumberRead(Bytes text, Numeric *number);

/* What keeps a numeric from being a number of DynamoDB's, or NULL. */
extern const char *NumberFault(Numeric number);

/* The same number without trailing zeros in its scale: `number` itself where it has none. */
extern Numeric NumberNormalise(Numeric number);

/* NumberNormalise, with a ValidationException where there is a NumberFault. */
extern Numeric NumberFromNumeric(Numeric number);

/* Sum and difference by DynamoDB's rules; ValidationException on overflow or over 38 digits. */
extern Numeric NumberAdd(Numeric a, Numeric b);
extern Numeric NumberSubtract(Numeric a, Numeric b);

extern int NumberCompare(Numeric a, Numeric b);

/*
 * The number as DynamoDB returns it, e.g. 100 for 1E2. NumberFormat writes it to
 * a buffer of NUMBER_TEXT_SIZE, ends it with U+0000 and returns its length;
 * DATA_CORRUPTED where a relation holds a number beyond the range.
 */
#define NUMBER_MAX_WEIGHT 33 /* base-10000 exponent of 1E-130 and, with room, of 1E125 */
#define NUMBER_TEXT_SIZE 256
extern int NumberFormat(Numeric number, char *buffer);
/* The same, palloc'd. */
extern char *NumberToString(Numeric number);

/*
 * Writes bytes whose memory order is the order of numbers, with anything behind
 * them, to a buffer of NUMBER_ORDERED_SIZE; returns their count.
 */
#define NUMBER_ORDERED_SIZE 32
extern int NumberOrderedBytes(Numeric number, char *buffer);

/*
 * The 32-bit float that is nearest to the number, of two the even one; false, and nothing set,
 * where that is not finite, or the numeric is none of DynamoDB's.
 */
extern bool NumberToFloat(Numeric number, float *value);

/* Bytes that the number counts for in an item's size. */
extern int NumberSize(Numeric number);

#endif
