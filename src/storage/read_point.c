/*
 * Reading items by their keys.
 */
#include "postgres.h"

#include "utils/snapmgr.h"

#include "storage/item_key.h"
#include "storage/leaf_scan.h"
#include "storage/read.h"
#include "storage/routing.h"
#include "storage/security.h"

static void
OpenLeaf(LeafScan *scan, Table *table, int leaf, ScanKey columns, int column_count)
{
	Relation relation = TableLeafOpen(table, leaf, AccessShareLock);

	LeafScanOpen(scan, relation, table->leaves[leaf].key_index, GetActiveSnapshot(), columns,
	             column_count, false);
}

Jsonb *
ItemRead(Table *table, const ItemKey *key)
{
	ScanKeyData columns[MAX_ITEM_KEY_COLUMNS];
	LeafScan scan;
	Jsonb *item = NULL;

	if (RowsMayBeHidden(table))
		return ItemReadAsRole(table, key);

	OpenLeaf(&scan, table, TableLeafFor(table, &key->partition), columns,
	         ItemKeyColumns(key, columns));
	if (LeafScanNext(&scan, ForwardScanDirection))
		item = LeafScanCopyItem(&scan);
	LeafScanClose(&scan);
	return item;
}

struct ItemReader
{
	Table *table;
	MemoryContext context; /* of the scans */
	bool hidden_rows;
	LeafScan *scans[FLEXIBLE_ARRAY_MEMBER]; /* one a leaf; NULL: not open */
};

ItemReader *
ItemReaderOpen(Table *table)
{
	ItemReader *reader =
	    palloc0(offsetof(ItemReader, scans) + sizeof(LeafScan *) * table->definition.partitions);

	reader->table = table;
	reader->context = CurrentMemoryContext;
	reader->hidden_rows = RowsMayBeHidden(table);
	return reader;
}

/* Moves the leaf's scan to the row of the columns; NULL where there is none. */
static LeafScan *
FindRow(ItemReader *reader, int leaf, ScanKey columns, int column_count)
{
	MemoryContext caller = MemoryContextSwitchTo(reader->context);
	LeafScan *scan = reader->scans[leaf];
	bool found;

	if (scan == NULL)
	{
		scan = reader->scans[leaf] = palloc(sizeof(LeafScan));
		OpenLeaf(scan, reader->table, leaf, columns, column_count);
	}
	else
		LeafScanRestart(scan, columns, column_count);
	found = LeafScanNext(scan, ForwardScanDirection);
	MemoryContextSwitchTo(caller);
	return found ? scan : NULL;
}

Jsonb *
ItemReaderRead(ItemReader *reader, const ItemKey *key)
{
	ScanKeyData columns[MAX_ITEM_KEY_COLUMNS];
	LeafScan *scan;

	if (reader->hidden_rows)
		return ItemReadAsRole(reader->table, key);
	scan = FindRow(reader, TableLeafFor(reader->table, &key->partition), columns,
	               ItemKeyColumns(key, columns));
	return scan != NULL ? LeafScanCopyItem(scan) : NULL;
}

void
ItemReaderClose(ItemReader *reader)
{
	for (int leaf = 0; leaf < reader->table->definition.partitions; leaf++)
		if (reader->scans[leaf] != NULL)
			LeafScanClose(reader->scans[leaf]);
	pfree(reader);
}
