/*
 * Scan keys on the columns of dynamo's indexes.
 */
#ifndef DYNAMO_COLUMN_KEY_H
#define DYNAMO_COLUMN_KEY_H

#include "item/value.h"

#include "access/skey.h"
#include "access/stratnum.h"

/* `column` OPERATOR value, where the column holds attributes of `type` (S, N or B). */
extern void ColumnKeyInit(ScanKey key, AttrNumber column, AttributeType type,
                          StrategyNumber strategy, Datum value);

/*
 * (column, column + 1, ...) OPERATOR (value, ...), in the index's order: btree
 * starts exactly at that entry, whether or not it exists. `members` holds
 * `count` keys and lives as long as `key`; types and values go by column.
 */
extern void RowKeyInit(ScanKey key, ScanKey members, AttrNumber column, int count,
                       const AttributeType *types, StrategyNumber strategy, const Datum *values);

/* The order of two columns of one type. */
extern int ColumnCompare(AttributeType type, Datum a, Datum b);

#endif
