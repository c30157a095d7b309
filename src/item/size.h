/*
 * Sizes by DynamoDB's arithmetic (developer guide, "DynamoDB item sizes and
 * formats"): UTF-8 bytes of names and strings, bytes of binaries, a number
 * about one byte for two significant digits plus one, three bytes for a list or
 * map plus one for each member, one for a boolean or null.
 */
#ifndef DYNAMO_SIZE_H
#define DYNAMO_SIZE_H

#include "item/value.h"

#include "utils/jsonb.h"

/* Of a list or map, and of each of its members beside the member's own size. */
#define CONTAINER_OVERHEAD 3
#define MEMBER_OVERHEAD 1

extern int AttributeValueSize(const AttributeValue *value);
extern int ItemSize(const AttributeValue *item);
extern int StoredItemSize(const Jsonb *item); /* the same number, without decoding */

#endif
