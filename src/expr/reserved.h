/*
 * DynamoDB's reserved words.
 */
#ifndef DYNAMO_RESERVED_H
#define DYNAMO_RESERVED_H

#include "item/value.h"

/* Whether an attribute name may only stand in an expression as a placeholder. Ignores case. */
extern bool IsReservedWord(Bytes name);

#endif
