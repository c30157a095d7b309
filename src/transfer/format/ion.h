/*
 * Amazon Ion text, as DynamoDB's exports have it.
 *
 * Structs are maps, lists are lists or, annotated by $dynamodb_SS, $dynamodb_NS or $dynamodb_BS,
 * sets; strings, decimals and integers, blobs, booleans and nulls are what they are (developer
 * guide, "Amazon S3 import formats for DynamoDB"). Numbers stay text all the way: a float is the
 * decimal that it spells. Other annotations are passed over; timestamps, clobs, symbols as values,
 * s-expressions and binary Ion are refused, since the service's formats have none.
 */
#ifndef DYNAMO_ION_H
#define DYNAMO_ION_H

#include "item/value.h"

/*
 * The value that the text is, palloc'd; it may point into the text. A version marker may stand
 * before it. Raises SerializationException for what is not such Ion, ValidationException for what
 * AttributeValueParse raises it.
 */
extern void IonRead(Bytes text, AttributeValue *value);

#endif
