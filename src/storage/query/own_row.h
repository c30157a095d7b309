/*
 * Rows of the extension's own tables that hold copies of items.
 */
#ifndef DYNAMO_OWN_ROW_H
#define DYNAMO_OWN_ROW_H

#include "postgres.h"

#include "utils/rel.h"

/*
 * Inserts a row of as many values as the heap table has columns, none of them null, with its index
 * entries. WAL has nothing of it that logical decoding reads, nor of values that are moved out of
 * line. Raises feature_not_supported where a user has added an index on expressions.
 */
extern void OwnRowInsert(Relation relation, Datum *values);

#endif
