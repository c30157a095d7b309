/*
 * DynamoDB's reserved words.
 */
#ifndef DYNAMO_RESERVED_H
#define DYNAMO_RESERVED_H

#include "item/value.h"

/* Whether an attribute name may only stand in an expression as a placeholder. Ignores case. */
extern bool IsReservedWord(Bytes name);

/* Whether the word is among `words`, which are upper case and in byte order. Ignores case. */
extern bool IsWordOf(const Bytes *words, int count, Bytes name);

#endif
