/*
 * Values as messages quote them.
 */
#ifndef DYNAMO_SHOWN_H
#define DYNAMO_SHOWN_H

#include "item/value.h"

#include "lib/stringinfo.h"

/* Bytes of a value that a message quotes: an error must not repeat a request of 16 MB. */
#define MAX_SHOWN_VALUE 8192

/* Cuts a quoted value, at the start of a character, to what a message may hold. */
extern void ShownCut(StringInfo value);

/* The start of a text, as much as a message may hold; palloc'd. */
extern char *ShownText(Bytes text);

/* "AttributeValue: {N:1}" of a string, number or binary; palloc'd. */
extern char *AttributeValueShown(const AttributeValue *value);

#endif
