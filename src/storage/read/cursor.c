/*
 * Cursors over items. A cursor's rows come from index scans of one or several
 * leaves; `advance` says which scan has the next row, `accept` whether the row
 * belongs to the result. Rows are detoasted into a context of their own, which
 * the next row resets, so that a long scan takes no more memory than a short
 * one.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "error/error.h"
#include "storage/index/leaf_index.h"
#include "storage/read/cursor.h"
#include "storage/relation/routing.h"

static void
BeginPolicy(ItemCursor *cursor)
{
	MemoryContext caller = MemoryContextSwitchTo(cursor->context);

	cursor->policy = RowPolicyBegin(cursor->table, cursor->snapshot);
	MemoryContextSwitchTo(caller);
}

ItemCursor *
ItemCursorCreate(Table *table, const TableIndex *index, ScanDirection direction)
{
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo cursor", ALLOCSET_DEFAULT_SIZES);
	ItemCursor *cursor = MemoryContextAllocZero(context, sizeof(ItemCursor));

	cursor->table = table;
	cursor->index = index;
	cursor->context = context;
	cursor->row_context =
	    AllocSetContextCreate(context, "dynamo cursor row", ALLOCSET_DEFAULT_SIZES);
	cursor->snapshot = RegisterSnapshot(GetActiveSnapshot());
	cursor->direction = direction;
	if (RowsMayBeHidden(table))
		BeginPolicy(cursor);
	IndexLayoutInit(&cursor->layout, table, index);
	return cursor;
}

bool
ItemCursorFollowsLeaves(const ItemCursor *cursor)
{
	const IndexLayout *layout = &cursor->layout;
	const KeyAttribute *partition = &cursor->table->definition.key.partition[0];

	return layout->partition_count == 1 && BytesEqual(layout->names[0], partition->name);
}

LeafScan *
ItemCursorOpenLeaf(ItemCursor *cursor, int leaf, bool with_columns)
{
	Relation relation = TableLeafOpen(cursor->table, leaf, AccessShareLock);
	Oid index =
	    cursor->index ? cursor->index->leaf_indexes[leaf] : cursor->table->leaves[leaf].key_index;
	LeafScan *scan = &cursor->scans[cursor->scan_count];

	if (cursor->index != NULL && !LeafIndexIsWhole(index))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("index \"%.*s\" is missing or not valid on partition %d of"
		                       " table \"%.*s\"",
		                       BYTES_ARGS(cursor->index->name), leaf,
		                       BYTES_ARGS(cursor->table->definition.name)),
		                errhint("Delete the index by UpdateTable and create it again.")));
	LeafScanOpen(scan, relation, index, cursor->snapshot, cursor->keys, cursor->key_count,
	             with_columns);
	cursor->scan_count++;
	return scan;
}

bool
ItemCursorStep(ItemCursor *cursor, LeafScan *scan)
{
	return cursor->next != NULL ? cursor->next(cursor, scan)
	                            : LeafScanNext(scan, cursor->direction);
}

/* Whether the row on which the scan stands is one of the cursor's. */
static bool
Accepts(ItemCursor *cursor, const LeafScan *scan, const Jsonb *item)
{
	if (scan->foreign)
		return false;
	if (cursor->accept && !cursor->accept(cursor, item))
		return false;
	return cursor->policy == NULL ||
	       RowPolicyShows(cursor->policy, scan->leaf, &scan->slot->tts_tid);
}

void
ItemCursorLimit(ItemCursor *cursor, PassingLimit *limit)
{
	cursor->limit = limit;
}

/* Whether the limit stops the cursor at a foreign entry; then the scan has its row. */
static bool
StopsAtForeign(const ItemCursor *cursor, LeafScan *scan)
{
	return cursor->limit != NULL && cursor->limit->entries >= MOST_PASSED_ENTRIES &&
	       index_fetch_heap(scan->scan, scan->slot);
}

/*
 * Counts a row that is not the cursor's to give; whether the cursor must stop there. At
 * one outside a query's range, which its index could not tell, the query could not go on.
 */
static bool
StopsAt(ItemCursor *cursor, const LeafScan *scan, const Jsonb *item)
{
	PassingLimit *limit = cursor->limit;

	if (limit == NULL || (cursor->recheck && !cursor->accept(cursor, item)))
		return false;
	if (!scan->foreign)
		limit->passed += VARSIZE(item);
	if (!scan->foreign && limit->passed < limit->bytes)
		return false;
	limit->row = item;
	limit->row_is_foreign = scan->foreign;
	return true;
}

const Jsonb *
ItemCursorNext(ItemCursor *cursor)
{
	MemoryContext caller = MemoryContextSwitchTo(cursor->context);
	const Jsonb *item = NULL;
	bool accepted = false;
	bool stops = false;
	LeafScan *scan;

	if (cursor->limit != NULL)
		cursor->limit->row = NULL;
	while (!accepted && !stops)
	{
		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(cursor->row_context);
		scan = cursor->advance(cursor);
		if (scan == NULL)
			break;
		if (scan->foreign && !StopsAtForeign(cursor, scan))
			continue;
		MemoryContextSwitchTo(cursor->row_context);
		item = LeafScanItem(scan);
		accepted = Accepts(cursor, scan, item);
		stops = !accepted && StopsAt(cursor, scan, item);
		MemoryContextSwitchTo(cursor->context);
	}
	MemoryContextSwitchTo(caller);
	return accepted ? item : NULL;
}

/*
 * The locks go at once: a query of many partitions takes two of each, of which the
 * server has few. The table's own stays, so that no partition can be dropped. A
 * transaction of one snapshot keeps them, lest a TRUNCATE make it see less later.
 */
void
ItemCursorCloseLeaves(ItemCursor *cursor)
{
	LOCKMODE unlock = IsolationUsesXactSnapshot() ? NoLock : AccessShareLock;

	for (int i = 0; i < cursor->scan_count; i++)
		LeafScanClose(&cursor->scans[i], unlock);
	cursor->scan_count = 0;
}

void
ItemCursorClose(ItemCursor *cursor)
{
	ItemCursorCloseLeaves(cursor);
	if (cursor->policy != NULL)
		RowPolicyEnd(cursor->policy);
	UnregisterSnapshot(cursor->snapshot);
	MemoryContextDelete(cursor->context);
}
