/*
 * The rules of an item that depend on no table: the length of attribute names,
 * nesting, sets that are not empty, and the item's size. They are judged on the
 * item in memory, so that they hold for what requests, updates and statements
 * build and for what plain SQL stores.
 */
#ifndef DYNAMO_ITEM_RULES_H
#define DYNAMO_ITEM_RULES_H

#include "compat.h"
#include "item/value.h"

/* Raises ValidationException for a name of more bytes than an attribute may have. */
extern void AttributeNameCheck(Bytes name);

/* The same of a name that a request gives, which must not be empty; a stored one may be. */
extern void AttributeNameRequire(Bytes name);

/* Raises ValidationException for a value that nests too deep with `depth` lists and maps around it.
 */
extern void NestingCheck(int depth);

/*
 * Raises ValidationException for an item that breaks a rule. Returns its size; the
 * size of one over MAX_ITEM_SIZE is not counted to the end.
 */
extern int ItemRulesCheck(const AttributeValue *item);

/*
 * The same of a value that is to stand with `depth` lists and maps around it,
 * where `limit` bytes may be counted.
 */
extern int ValueRulesCheck(const AttributeValue *value, int depth, int limit);

/* Raises ValidationException for an item of more than MAX_ITEM_SIZE bytes. */
extern void ItemSizeCheck(const AttributeValue *item);

/* The same, where the size is known to be too large. */
pg_noreturn extern void RaiseItemTooLarge(void);

#endif
