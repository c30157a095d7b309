/*
 * Scans of a table or of an index: leaves in order, each in the order of its
 * index, so that a page resumes by an exact seek.
 *
 * With as many segments as leaves, or fewer, leaf i belongs to segment
 * i % total_segments. With more, segment s reads leaf s % leaves, and the
 * segments that share the leaf divide it by a hash of the partition key: every
 * item belongs to exactly one, also where items are written between two pages. Each of
 * them passes over the others' items, so a page may end at one of those.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "error/error.h"
#include "storage/index/column_key.h"
#include "storage/read/cursor.h"
#include "storage/index/item_key.h"
#include "storage/relation/routing.h"

static uint32
SegmentHash(const AttributeValue *partition_key)
{
	if (partition_key->type == ATTRIBUTE_N)
		return DatumGetUInt32(
		    DirectFunctionCall1(hash_numeric, NumericGetDatum(partition_key->number)));
	return hash_bytes((const unsigned char *) partition_key->bytes, partition_key->count);
}

/* Whether the item of the leaf is in this cursor's share of it. */
static bool
ScanAccepts(ItemCursor *cursor, const Jsonb *item)
{
	ItemKey key = StoredItemKey(cursor->table, item);

	return SegmentHash(&key.partition) % cursor->shares == cursor->share;
}

static void
DivideLeaves(ItemCursor *cursor, const SegmentScan *scan)
{
	int leaves = cursor->table->definition.partitions;
	int leaf = scan->segment % leaves;

	cursor->next_leaf = leaf;
	cursor->leaf_step = scan->total_segments;
	cursor->shares = 1;
	if (scan->total_segments > leaves)
	{
		cursor->shares = (scan->total_segments - leaf - 1) / leaves + 1;
		cursor->share = scan->segment / leaves;
		cursor->accept = ScanAccepts;
	}
}

static void
StartAfter(ItemCursor *cursor, const SegmentScan *scan)
{
	const IndexLayout *layout = &cursor->layout;
	Datum columns[MAX_INDEX_COLUMNS];
	ItemKey key = TableKeyOf(cursor->table, scan->start_after);
	int leaf = TableLeafFor(cursor->table, &key.partition);

	if (leaf % scan->total_segments != cursor->next_leaf % scan->total_segments)
		ValidationError(TEXT_START_KEY_SEGMENT, scan->total_segments, scan->segment);
	if (!IndexLayoutOfMap(layout, scan->start_after, columns))
		ValidationError(TEXT_START_KEY);
	cursor->next_leaf = leaf;
	RowKeyInit(&cursor->keys[0], cursor->start_members, 1, layout->column_count, layout->types,
	           BTGreaterStrategyNumber, columns);
	cursor->key_count = 1;
}

static LeafScan *
ScanAdvance(ItemCursor *cursor)
{
	LeafScan *scan = &cursor->scans[0];

	while (true)
	{
		if (cursor->scan_count == 0)
		{
			if (cursor->next_leaf >= cursor->table->definition.partitions)
				return NULL;
			ItemCursorOpenLeaf(cursor, cursor->next_leaf, false);
			cursor->next_leaf += cursor->leaf_step;
		}
		if (LeafScanNext(scan, cursor->direction))
			return scan;
		ItemCursorCloseLeaves(cursor);
		cursor->key_count = 0; /* the start was in that leaf */
	}
}

ItemCursor *
ItemCursorScan(Table *table, const SegmentScan *scan)
{
	ItemCursor *cursor = ItemCursorCreate(table, scan->index, ForwardScanDirection);
	MemoryContext caller = MemoryContextSwitchTo(cursor->context);

	cursor->advance = ScanAdvance;
	cursor->scans = palloc(sizeof(LeafScan));
	DivideLeaves(cursor, scan);
	if (scan->start_after)
		StartAfter(cursor, scan);
	MemoryContextSwitchTo(caller);
	return cursor;
}
