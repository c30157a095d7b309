/*
 * Reading items: by key, by a range of an index, by scan. Reads use the active
 * snapshot; the operation layer has pushed a fresh one. Rows that row-level
 * security hides from the current role do not exist here.
 */
#ifndef DYNAMO_READ_H
#define DYNAMO_READ_H

#include "storage/index/item_key.h"

/* The stored item, palloc'd and detoasted, or NULL. */
extern Jsonb *ItemRead(Table *table, const ItemKey *key);

/*
 * The same of several keys under one snapshot, which is active from the first to
 * the last. Belongs to the context that is current when it is opened.
 */
typedef struct ItemReader ItemReader;

extern ItemReader *ItemReaderOpen(Table *table);
extern Jsonb *ItemReaderRead(ItemReader *reader, const ItemKey *key);
extern void ItemReaderClose(ItemReader *reader);

typedef struct RangeBound
{
	const AttributeValue *value; /* NULL: unbounded */
	bool inclusive;
} RangeBound;

/*
 * A query: one value for each partition attribute, values for some leading sort
 * attributes, then bounds or a prefix for the next sort attribute.
 */
typedef struct RangeQuery
{
	const TableIndex *index; /* NULL: the table's own key */
	AttributeValue partition[MAX_KEY_ATTRIBUTES];
	int sort_equal_count;
	AttributeValue sort_equal[MAX_KEY_ATTRIBUTES];
	RangeBound lower;
	RangeBound upper;
	const AttributeValue *prefix; /* begins_with; NULL: none */
	bool forward;
	const AttributeValue *start_after; /* map of ExclusiveStartKey; NULL: from the start */
} RangeQuery;

/* Whether the bounds or prefix let the value of the attribute that they are on through. */
extern bool RangeQueryAdmits(const RangeQuery *query, const AttributeValue *value);

/*
 * A scan of the table or of an index, in an order that is stable over pages, and in which the
 * items of one partition of the index come together, by its sort key. Segment `segment` of
 * `total_segments`.
 */
typedef struct SegmentScan
{
	const TableIndex *index;
	int segment;
	int total_segments;
	const AttributeValue *start_after;
	bool start_is_foreign; /* the start may be another segment's: a limit has stopped there */
} SegmentScan;

typedef struct ItemCursor ItemCursor;

/*
 * How many bytes of rows the cursors of one read may pass over, because they are
 * hidden from the role, before they stop. They stop as well when they have passed
 * over MOST_PASSED_ENTRIES of other segments, whose rows they do not look at. `row`
 * is where one has stopped: a stored item that the read is not to give. It is good
 * until the next call of its cursor, which goes on behind it.
 */
typedef struct PassingLimit
{
	int64 bytes;
	int64 passed;
	int64 entries;    /* of other segments */
	const Jsonb *row; /* NULL: none has */
	bool row_is_foreign;
} PassingLimit;

/* A page of a read does well to end at its next own item when half of them are passed. */
#define MOST_PASSED_ENTRIES 65536

/* `query` and `scan` are copied; the values that they point to outlive the cursor. */
extern ItemCursor *ItemCursorQuery(Table *table, const RangeQuery *query);
extern ItemCursor *ItemCursorScan(Table *table, const SegmentScan *scan);

/* From now on; NULL, as at first: the cursor passes over any number of rows. */
extern void ItemCursorLimit(ItemCursor *cursor, PassingLimit *limit);

/*
 * The next stored item, detoasted, or NULL at the end or where the limit stops it.
 * Good until the next call. Checks for interrupts.
 */
extern const Jsonb *ItemCursorNext(ItemCursor *cursor);
extern void ItemCursorClose(ItemCursor *cursor);

#endif
