/*
 * Reading items by their keys.
 */
#include "postgres.h"

#include "utils/snapmgr.h"

#include "storage/leaf_lookup.h"
#include "storage/read.h"
#include "storage/routing.h"
#include "storage/security.h"

Jsonb *
ItemRead(Table *table, const ItemKey *key)
{
	LeafLookup lookup;
	Jsonb *item = NULL;

	if (RowsMayBeHidden(table))
		return ItemReadAsRole(table, key);

	LeafLookupBegin(&lookup, table, TableLeafFor(table, &key->partition), AccessShareLock);
	if (LeafLookupFind(&lookup, key, GetActiveSnapshot()))
		item = LeafLookupTakeItem(&lookup);
	LeafLookupEnd(&lookup);
	return item;
}

struct ItemReader
{
	Table *table;
	MemoryContext context; /* of the lookups */
	bool hidden_rows;
	LeafLookup *lookups[FLEXIBLE_ARRAY_MEMBER]; /* one a leaf; NULL: not begun */
};

ItemReader *
ItemReaderOpen(Table *table)
{
	ItemReader *reader = palloc0(offsetof(ItemReader, lookups) +
	                             sizeof(LeafLookup *) * table->definition.partitions);

	reader->table = table;
	reader->context = CurrentMemoryContext;
	reader->hidden_rows = RowsMayBeHidden(table);
	return reader;
}

static LeafLookup *
LookupOf(ItemReader *reader, int leaf)
{
	LeafLookup *lookup = reader->lookups[leaf];

	if (lookup == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(reader->context);

		lookup = palloc(sizeof(LeafLookup));
		LeafLookupBegin(lookup, reader->table, leaf, AccessShareLock);
		reader->lookups[leaf] = lookup;
		MemoryContextSwitchTo(caller);
	}
	return lookup;
}

Jsonb *
ItemReaderRead(ItemReader *reader, const ItemKey *key)
{
	LeafLookup *lookup;

	if (reader->hidden_rows)
		return ItemReadAsRole(reader->table, key);
	lookup = LookupOf(reader, TableLeafFor(reader->table, &key->partition));
	if (!LeafLookupFind(lookup, key, GetActiveSnapshot()))
		return NULL;
	return LeafLookupTakeItem(lookup);
}

void
ItemReaderClose(ItemReader *reader)
{
	for (int leaf = 0; leaf < reader->table->definition.partitions; leaf++)
		if (reader->lookups[leaf] != NULL)
			LeafLookupEnd(reader->lookups[leaf]);
	pfree(reader);
}
