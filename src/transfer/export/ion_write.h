/*
 * Attribute values as Amazon Ion's text, in the form of the service's exports (developer guide,
 * "DynamoDB table export output format").
 */
#ifndef DYNAMO_ION_WRITE_H
#define DYNAMO_ION_WRITE_H

#include "item/value.h"

#include "lib/stringinfo.h"

/* A number is a decimal, a binary a blob, a set a list with the annotation of its type. */
extern void IonWriteValue(StringInfo out, const AttributeValue *value);

/* A struct of an item's attributes. */
extern void IonWriteMap(StringInfo out, const AttributeValue *map);

#endif
