/*
 * Reading items by their keys.
 */
#include "postgres.h"

#include "utils/snapmgr.h"

#include "storage/read/leaf_lookup.h"
#include "storage/read/read.h"
#include "storage/relation/routing.h"
#include "storage/read/row_policy.h"

Jsonb *
ItemRead(Table *table, const ItemKey *key)
{
	bool may_be_hidden = RowsMayBeHidden(table);
	LeafLookup lookup;
	Jsonb *item = NULL;

	LeafLookupBegin(&lookup, table, TableLeafFor(table, &key->partition), AccessShareLock);
	if (LeafLookupFind(&lookup, key, GetActiveSnapshot()) &&
	    (!may_be_hidden || RowIsShown(table, lookup.leaf, &lookup.row->t_self)))
		item = LeafLookupTakeItem(&lookup);
	LeafLookupEnd(&lookup);
	return item;
}

struct ItemReader
{
	Table *table;
	MemoryContext context;                      /* of the lookups */
	RowPolicy *policy;                          /* NULL: none applies */
	LeafLookup *lookups[FLEXIBLE_ARRAY_MEMBER]; /* one a leaf; NULL: not begun */
};

ItemReader *
ItemReaderOpen(Table *table)
{
	ItemReader *reader = palloc0(offsetof(ItemReader, lookups) +
	                             sizeof(LeafLookup *) * table->definition.partitions);

	reader->table = table;
	reader->context = CurrentMemoryContext;
	reader->policy = RowsMayBeHidden(table) ? RowPolicyBegin(table, GetActiveSnapshot()) : NULL;
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

	lookup = LookupOf(reader, TableLeafFor(reader->table, &key->partition));
	if (!LeafLookupFind(lookup, key, GetActiveSnapshot()))
		return NULL;
	if (reader->policy != NULL &&
	    !RowPolicyShows(reader->policy, lookup->leaf, &lookup->row->t_self))
		return NULL;
	return LeafLookupTakeItem(lookup);
}

void
ItemReaderClose(ItemReader *reader)
{
	if (reader->policy != NULL)
		RowPolicyEnd(reader->policy);
	for (int leaf = 0; leaf < reader->table->definition.partitions; leaf++)
		if (reader->lookups[leaf] != NULL)
			LeafLookupEnd(reader->lookups[leaf]);
	pfree(reader);
}
