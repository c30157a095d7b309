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
	/* Whether a row that the index gave belongs to the result; NULL: each does. */
	bool (*accept)(ItemCursor *cursor, const Jsonb *item);

	binaryheap *merge; /* of several scans of a query, by index order */
	bool merging;      /* each scan in the heap stands on a row */
	RangeQuery query;
	bool recheck; /* of a query whose values are too long for the index to judge */

	/* Of a scan: leaf by leaf. */
	int next_leaf;
	int leaf_step;
	int share; /* this cursor's part of the leaf, of `shares` */
	int shares;
};

extern ItemCursor *ItemCursorCreate(Table *table, const TableIndex *index, ScanDirection direction);

/* Opens the scan of one leaf into cursor->scans[scan_count]. */
extern LeafScan *ItemCursorOpenLeaf(ItemCursor *cursor, int leaf, bool with_columns);

/* Closes the scans, and the leaves and indexes that they read. */
extern void ItemCursorCloseLeaves(ItemCursor *cursor);

/* Has the rows of the scans, which are all open, come merged. */
extern void MergeBegin(ItemCursor *cursor);

#endif
