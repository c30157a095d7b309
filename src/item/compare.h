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

/* True for S, N and B of one and the same type: the pairs that have an order. */
extern bool AttributeValuesOrdered(const AttributeValue *a, const AttributeValue *b);

/* <0, 0, >0. Only for pairs that AttributeValuesOrdered. */
extern int AttributeValueCompare(const AttributeValue *a, const AttributeValue *b);

#endif
