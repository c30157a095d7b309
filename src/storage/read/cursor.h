/*
 * What the cursors of queries and scans share.
 */
#ifndef DYNAMO_CURSOR_H
#define DYNAMO_CURSOR_H

#include "lib/binaryheap.h"

#include "storage/index/index_layout.h"
#include "storage/read/leaf_scan.h"
#include "storage/read/read.h"
#include "storage/read/row_policy.h"

/* Scan keys on an index: one for each column, two bounds, and a start. */
#define MAX_CURSOR_KEYS (MAX_INDEX_COLUMNS + 3)

/* A scan key that starts behind an index partition, and what it points to. */
typedef struct PartitionEnd
{
	ScanKeyData members[MAX_KEY_ATTRIBUTES];
	Datum columns[MAX_KEY_ATTRIBUTES]; /* palloc'd, or NULL */
} PartitionEnd;

struct ItemCursor
{
	Table *table;
	const TableIndex *index; /* NULL: the table's own key */
	IndexLayout layout;
	MemoryContext context;     /* everything of the cursor */
	MemoryContext row_context; /* the current row's item */
	Snapshot snapshot;
	ScanDirection direction;
	RowPolicy *policy; /* NULL: row-level security does not apply */

	PassingLimit *limit; /* NULL: none */

	ScanKeyData keys[MAX_CURSOR_KEYS];
	ScanKeyData start_members[MAX_INDEX_COLUMNS];
	int key_count;

	LeafScan *scans; /* the open ones */
	int scan_count;

	/* The scan that has moved to the next row, or NULL at the end. */
	LeafScan *(*advance)(ItemCursor *cursor);
	/* Moves a scan to the next row of the share; NULL: every row is the cursor's. */
	bool (*next)(ItemCursor *cursor, LeafScan *scan);
	/* Whether a row that the index gave belongs to the result; NULL: each does. */
	bool (*accept)(ItemCursor *cursor, const Jsonb *item);

	binaryheap *merge;    /* of several scans, by index order */
	bool merging;         /* each scan in the heap stands on an entry */
	int merge_column;     /* the first one in which rows may differ */
	Datum *merge_columns; /* of the entries, MAX_INDEX_COLUMNS a scan */
	RangeQuery query;
	bool recheck; /* of a query whose values are too long for the index to judge */

	/* Of a scan that goes leaf by leaf. */
	int next_leaf;
	int leaf_step;

	/* Of a scan whose rows are one share of those that it meets; `shares` is 0 where it has all. */
	int share;
	int shares;
	PartitionEnd *partition_ends; /* one a scan */
};

extern ItemCursor *ItemCursorCreate(Table *table, const TableIndex *index, ScanDirection direction);

/* Whether the index's partitions are the table's: one leaf alone holds the entries of each. */
extern bool ItemCursorFollowsLeaves(const ItemCursor *cursor);

/* Opens the scan of one leaf into cursor->scans[scan_count]. */
extern LeafScan *ItemCursorOpenLeaf(ItemCursor *cursor, int leaf, bool with_columns);

/* Closes the scans, and the leaves and indexes that they read. */
extern void ItemCursorCloseLeaves(ItemCursor *cursor);

/*
 * Has the rows of the scans, which are all open and with columns, come merged. They are equal in
 * the columns before `column`.
 */
extern void MergeBegin(ItemCursor *cursor, int column);

/* Moves a scan to its next row, or to a foreign entry; false at the end. */
extern bool ItemCursorStep(ItemCursor *cursor, LeafScan *scan);

#endif
