/*
 * Scans of a table or of an index, in the order of its partitions and their sort
 * keys, so that a page resumes by an exact seek.
 *
 * Where the index's partitions are the table's, leaves come in order, each in the
 * order of its index. With as many segments as leaves, or fewer, leaf i belongs to
 * segment i % total_segments. With more, segment s reads leaf s % leaves, and the
 * segments that share the leaf have shares of it (share.h).
 *
 * A global index has entries of one partition key in every leaf. They come merged, and
 * each segment has a share of them all.
 */
#include "postgres.h"

#include "error/error.h"
#include "storage/index/column_key.h"
#include "storage/index/item_key.h"
#include "storage/read/cursor.h"
#include "storage/read/share.h"
#include "storage/relation/routing.h"

static void
RaiseWrongSegment(const SegmentScan *scan)
{
	ValidationError(TEXT_START_KEY_SEGMENT, scan->total_segments, scan->segment);
}

/* The start may be none of the share's where a limit has stopped the segment at another's item. */
static void
StartAfter(ItemCursor *cursor, const SegmentScan *scan)
{
	const IndexLayout *layout = &cursor->layout;
	Datum columns[MAX_INDEX_COLUMNS];

	if (!IndexLayoutOfMap(layout, scan->start_after, columns))
		ValidationError(TEXT_START_KEY);
	if (cursor->shares > 0 && !scan->start_is_foreign && !ShareHas(cursor, columns))
		RaiseWrongSegment(scan);
	RowKeyInit(&cursor->keys[0], cursor->start_members, 1, layout->column_count, layout->types,
	           BTGreaterStrategyNumber, columns);
	cursor->key_count = 1;
}

static LeafScan *
AdvanceByLeaf(ItemCursor *cursor)
{
	LeafScan *scan = &cursor->scans[0];

	while (true)
	{
		if (cursor->scan_count == 0)
		{
			if (cursor->next_leaf >= cursor->table->definition.partitions)
				return NULL;
			ItemCursorOpenLeaf(cursor, cursor->next_leaf, cursor->shares > 0);
			cursor->next_leaf += cursor->leaf_step;
		}
		if (ItemCursorStep(cursor, scan))
			return scan;
		ItemCursorCloseLeaves(cursor);
		cursor->key_count = 0; /* the start was in that leaf */
	}
}

static void
ScanByLeaf(ItemCursor *cursor, const SegmentScan *scan)
{
	int leaves = cursor->table->definition.partitions;
	int leaf = scan->segment % leaves;

	cursor->advance = AdvanceByLeaf;
	cursor->scans = palloc(sizeof(LeafScan));
	cursor->next_leaf = leaf;
	cursor->leaf_step = scan->total_segments;
	/* A share is of one leaf alone. */
	if (scan->total_segments > leaves)
		ShareBegin(cursor, scan->segment / leaves, (scan->total_segments - leaf - 1) / leaves + 1,
		           1);
	if (scan->start_after)
	{
		ItemKey key = TableKeyOf(cursor->table, scan->start_after);

		cursor->next_leaf = TableLeafFor(cursor->table, &key.partition);
		if (cursor->next_leaf % scan->total_segments != leaf % scan->total_segments)
			RaiseWrongSegment(scan);
		StartAfter(cursor, scan);
	}
}

static void
ScanMerged(ItemCursor *cursor, const SegmentScan *scan)
{
	int leaves = cursor->table->definition.partitions;

	cursor->scans = palloc(sizeof(LeafScan) * leaves);
	if (scan->total_segments > 1)
		ShareBegin(cursor, scan->segment, scan->total_segments, leaves);
	if (scan->start_after)
		StartAfter(cursor, scan);
	for (int i = 0; i < leaves; i++)
		ItemCursorOpenLeaf(cursor, i, true);
	MergeBegin(cursor, 0);
}

ItemCursor *
ItemCursorScan(Table *table, const SegmentScan *scan)
{
	ItemCursor *cursor = ItemCursorCreate(table, scan->index, ForwardScanDirection);
	MemoryContext caller = MemoryContextSwitchTo(cursor->context);

	if (table->definition.partitions == 1 || ItemCursorFollowsLeaves(cursor))
		ScanByLeaf(cursor, scan);
	else
		ScanMerged(cursor, scan);
	MemoryContextSwitchTo(caller);
	return cursor;
}
