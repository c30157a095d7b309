/*
 * The rules that an item must keep for the vector indexes of its table (developer guide, "Vector
 * search", what enters an index).
 */
#ifndef DYNAMO_VECTOR_RULES_H
#define DYNAMO_VECTOR_RULES_H

#include "storage/relation/table.h"

/*
 * Raises ValidationException where an attribute of an index is no vector as the index has them, or
 * no value that may be filtered on. Of an update, whose item was `before` (else NULL), only
 * attributes that have changed count: an item that was there before the index may hold others.
 */
extern void VectorRulesCheck(const Table *table, const AttributeValue *item,
                             const AttributeValue *before);

#endif
