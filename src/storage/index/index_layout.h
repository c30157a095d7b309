/*
 * The columns of a leaf's index: the key attributes and, in a secondary index,
 * key_suffix last.
 */
#ifndef DYNAMO_INDEX_LAYOUT_H
#define DYNAMO_INDEX_LAYOUT_H

#include "storage/index/item_key.h"

#define MAX_INDEX_COLUMNS (2 * MAX_KEY_ATTRIBUTES + 1)

typedef struct IndexLayout
{
	const Table *table;
	int limit;           /* bytes that a column keeps */
	int attribute_count; /* columns of key attributes, partition attributes first */
	int partition_count;
	int column_count; /* with key_suffix, where there is one */
	Bytes names[MAX_INDEX_COLUMNS];
	AttributeType types[MAX_INDEX_COLUMNS];
} IndexLayout;

/* `index` NULL: the table's own key. */
extern void IndexLayoutInit(IndexLayout *layout, const Table *table, const TableIndex *index);

/*
 * The columns of an item whose key is given, or of a map that holds an
 * ExclusiveStartKey. False where the index does not hold such an item.
 */
extern bool IndexLayoutOfItem(const IndexLayout *layout, const Jsonb *item, const ItemKey *key,
                              Datum *columns);
extern bool IndexLayoutOfMap(const IndexLayout *layout, const AttributeValue *map, Datum *columns);

/*
 * Bytes of a column of `limit` that are surely the value's own, not those of
 * the hash that a cut value ends in. Shorter values have their exact place in
 * the index; with longer ones the item itself must be asked.
 */
extern int ColumnExactLength(int limit);
extern bool ColumnIsExact(const AttributeValue *value, int limit);

#endif
