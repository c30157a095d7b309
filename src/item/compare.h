/*
 * Order and equality of attribute values, by DynamoDB's rules: numbers by
 * value, strings by UTF-8 bytes, binary by unsigned bytes; sets, lists and maps
 * are only equal or not.
 */
#ifndef DYNAMO_COMPARE_H
#define DYNAMO_COMPARE_H

#include "item/value.h"

/* Values of different types are unequal. */
extern bool AttributeValueEqual(const AttributeValue *a, const AttributeValue *b);

/* The same; *work is how many pairs of values were looked at. */
extern bool AttributeValueEqualCounted(const AttributeValue *a, const AttributeValue *b,
                                       int64 *work);

/*
 * A hash that equal values share. It looks at the beginning of a value only, so
 * that it costs the same for a large one.
 */
extern uint32 AttributeValueHash(const AttributeValue *value);

/* Whether `member`, of any type, is an element of the set. */
extern bool SetHas(const AttributeValue *set, const AttributeValue *member);

/* True for S, N and B of one and the same type: the pairs that have an order. */
extern bool AttributeValuesOrdered(const AttributeValue *a, const AttributeValue *b);

/* <0, 0, >0. Only for pairs that AttributeValuesOrdered. */
extern int AttributeValueCompare(const AttributeValue *a, const AttributeValue *b);

/*
 * Sorts a set's elements in place. False where two are equal, which the API
 * rejects in requests; duplicates are dropped then.
 */
extern bool SetNormalise(AttributeValue *set);

#endif
