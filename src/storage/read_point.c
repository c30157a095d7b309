/*
 * Reading one item by its key.
 */
#include "postgres.h"

#include "utils/snapmgr.h"

#include "storage/item_key.h"
#include "storage/leaf_scan.h"
#include "storage/read.h"
#include "storage/routing.h"
#include "storage/security.h"

Jsonb *
ItemRead(Table *table, const ItemKey *key)
{
	ScanKeyData columns[MAX_ITEM_KEY_COLUMNS];
	int column_count;
	int leaf;
	Relation relation;
	LeafScan scan;
	Jsonb *item = NULL;

	if (RowsMayBeHidden(table))
		return ItemReadAsRole(table, key);

	column_count = ItemKeyColumns(key, columns);
	leaf = TableLeafFor(table, &key->partition);
	relation = TableLeafOpen(table, leaf, AccessShareLock);
	LeafScanOpen(&scan, relation, table->leaves[leaf].key_index, GetActiveSnapshot(), columns,
	             column_count, false);
	if (LeafScanNext(&scan, ForwardScanDirection))
		item = LeafScanCopyItem(&scan);
	LeafScanClose(&scan);
	return item;
}
