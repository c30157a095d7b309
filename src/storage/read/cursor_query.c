/*
 * Queries: a range of an index under one partition key. A query of the table
 * or of a local index reads the leaf of its partition key; a global index has
 * entries of one partition key in every leaf, which come merged.
 *
 * Values longer than ColumnExactLength have no exact place in an index, since
 * columns cut them. A bound of such a value is widened to all columns that
 * share its leading bytes, and the rows' own values are judged.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "item/compare.h"
#include "item/encoding.h"
#include "item/key.h"
#include "error/error.h"
#include "storage/index/column_key.h"
#include "storage/read/cursor.h"
#include "storage/relation/routing.h"

/* A bound of the column after those that must be equal. */
typedef struct ColumnBound
{
	StrategyNumber strategy; /* InvalidStrategy: unbounded */
	Datum column;
} ColumnBound;

static void
AddKey(ItemCursor *cursor, int column, StrategyNumber strategy, Datum value)
{
	ColumnKeyInit(&cursor->keys[cursor->key_count++], column + 1, cursor->layout.types[column],
	              strategy, value);
}

/* text and bytea alike: the first `length` bytes of a column. */
static Datum
LeadingBytes(Datum column, int length)
{
	struct varlena *leading = palloc(VARHDRSZ + length);

	SET_VARSIZE(leading, VARHDRSZ + length);
	memcpy(VARDATA(leading), VARDATA_ANY(DatumGetPointer(column)), length);
	return PointerGetDatum(leading);
}

/*
 * The least value above everything that starts with these bytes; false where
 * there is none. What this makes of text may not be UTF-8: it is only compared,
 * by bytes.
 */
static bool
AfterPrefix(Datum prefix, Datum *after)
{
	unsigned char *bytes = (unsigned char *) VARDATA_ANY(DatumGetPointer(prefix));
	int length = VARSIZE_ANY_EXHDR(DatumGetPointer(prefix));

	while (length > 0 && bytes[length - 1] == 0xFF)
		length--;
	if (length == 0)
		return false;
	*after = LeadingBytes(prefix, length);
	((unsigned char *) VARDATA(DatumGetPointer(*after)))[length - 1]++;
	return true;
}

static void
BoundAfterPrefix(ColumnBound *bound, Datum prefix)
{
	if (AfterPrefix(prefix, &bound->column))
		bound->strategy = BTLessStrategyNumber;
}

/* The leading bytes of the value's column, as far as an index of this limit surely keeps them. */
static Datum
ExactBytes(const AttributeValue *value, int limit)
{
	Datum column = KeyColumn(value, MaxAllocSize);
	int length = VARSIZE_ANY_EXHDR(DatumGetPointer(column));

	return LeadingBytes(column, Min(length, ColumnExactLength(limit)));
}

static void
LowerBound(ItemCursor *cursor, const RangeBound *range, ColumnBound *bound)
{
	int limit = cursor->layout.limit;

	if (ColumnIsExact(range->value, limit))
	{
		bound->column = KeyColumn(range->value, limit);
		bound->strategy = range->inclusive ? BTGreaterEqualStrategyNumber : BTGreaterStrategyNumber;
		return;
	}
	bound->column = ExactBytes(range->value, limit);
	bound->strategy = BTGreaterEqualStrategyNumber;
	cursor->recheck = true;
}

static void
UpperBound(ItemCursor *cursor, const RangeBound *range, ColumnBound *bound)
{
	int limit = cursor->layout.limit;

	if (ColumnIsExact(range->value, limit))
	{
		bound->column = KeyColumn(range->value, limit);
		bound->strategy = range->inclusive ? BTLessEqualStrategyNumber : BTLessStrategyNumber;
		return;
	}
	BoundAfterPrefix(bound, ExactBytes(range->value, limit));
	cursor->recheck = true;
}

static void
PrefixBounds(ItemCursor *cursor, const AttributeValue *prefix, ColumnBound *lower,
             ColumnBound *upper)
{
	lower->column = ExactBytes(prefix, cursor->layout.limit);
	lower->strategy = BTGreaterEqualStrategyNumber;
	BoundAfterPrefix(upper, lower->column);
	if (!ColumnIsExact(prefix, cursor->layout.limit))
		cursor->recheck = true;
}

/* The value that the query wants a column to be equal to. */
static const AttributeValue *
EqualValue(const ItemCursor *cursor, int column)
{
	int partitions = cursor->layout.partition_count;

	return column < partitions ? &cursor->query.partition[column]
	                           : &cursor->query.sort_equal[column - partitions];
}

static int
EqualCount(const ItemCursor *cursor)
{
	return cursor->layout.partition_count + cursor->query.sort_equal_count;
}

static void
EqualKeys(ItemCursor *cursor)
{
	for (int i = 0; i < EqualCount(cursor); i++)
	{
		const AttributeValue *value = EqualValue(cursor, i);

		AddKey(cursor, i, BTEqualStrategyNumber, KeyColumn(value, cursor->layout.limit));
	}
}

/*
 * How the start lies to the columns that must be equal, in the direction of
 * the query: before them (<0), among them (0), after them (>0).
 */
static int
StartSide(const ItemCursor *cursor, const Datum *start)
{
	for (int i = 0; i < EqualCount(cursor); i++)
	{
		int order = ColumnCompare(cursor->layout.types[i], start[i], cursor->keys[i].sk_argument);

		if (order != 0)
			return cursor->query.forward ? order : -order;
	}
	return 0;
}

/*
 * btree starts from one key of a column only, so of the near bound and the
 * start the stronger must stand alone. True where that is the start.
 */
static bool
StartReplacesBound(const ItemCursor *cursor, const ColumnBound *near, Datum start)
{
	int column = EqualCount(cursor);
	int order;

	if (near->strategy == InvalidStrategy)
		return true;
	order = ColumnCompare(cursor->layout.types[column], start, near->column);
	if (order == 0)
		return near->strategy == BTGreaterEqualStrategyNumber ||
		       near->strategy == BTLessEqualStrategyNumber;
	return cursor->query.forward ? order > 0 : order < 0;
}

static void
StartKey(ItemCursor *cursor, const Datum *start)
{
	const IndexLayout *layout = &cursor->layout;
	int column = EqualCount(cursor);

	RowKeyInit(&cursor->keys[cursor->key_count++], cursor->start_members, column + 1,
	           layout->column_count - column, &layout->types[column],
	           cursor->query.forward ? BTGreaterStrategyNumber : BTLessStrategyNumber,
	           &start[column]);
}

static void
RangeBounds(ItemCursor *cursor, ColumnBound *lower, ColumnBound *upper)
{
	const RangeQuery *query = &cursor->query;

	if (query->prefix)
		PrefixBounds(cursor, query->prefix, lower, upper);
	if (query->lower.value)
		LowerBound(cursor, &query->lower, lower);
	if (query->upper.value)
		UpperBound(cursor, &query->upper, upper);
}

/* Bounds and start on the columns after the equal ones. False where nothing can be left. */
static bool
RangeKeys(ItemCursor *cursor)
{
	ColumnBound lower = { InvalidStrategy };
	ColumnBound upper = { InvalidStrategy };
	ColumnBound *near = cursor->query.forward ? &lower : &upper;
	Datum start[MAX_INDEX_COLUMNS];
	int column = EqualCount(cursor);
	bool starts = false;

	RangeBounds(cursor, &lower, &upper);
	if (cursor->query.start_after)
	{
		int side;

		if (!IndexLayoutOfMap(&cursor->layout, cursor->query.start_after, start))
			ValidationError(TEXT_START_KEY);
		side = StartSide(cursor, start);
		if (side > 0 || (side == 0 && column == cursor->layout.column_count))
			return false;
		starts = side == 0 && StartReplacesBound(cursor, near, start[column]);
	}
	if (starts)
		near->strategy = InvalidStrategy;
	if (lower.strategy != InvalidStrategy)
		AddKey(cursor, column, lower.strategy, lower.column);
	if (upper.strategy != InvalidStrategy)
		AddKey(cursor, column, upper.strategy, upper.column);
	if (starts)
		StartKey(cursor, start);
	return true;
}

bool
RangeQueryAdmits(const RangeQuery *query, const AttributeValue *value)
{
	int order;

	if (query->lower.value)
	{
		order = AttributeValueCompare(value, query->lower.value);
		if (order < 0 || (order == 0 && !query->lower.inclusive))
			return false;
	}
	if (query->upper.value)
	{
		order = AttributeValueCompare(value, query->upper.value);
		if (order > 0 || (order == 0 && !query->upper.inclusive))
			return false;
	}
	if (query->prefix)
		return BytesBeginWith((Bytes){ value->bytes, value->count },
		                      (Bytes){ query->prefix->bytes, query->prefix->count });
	return true;
}

/* Judges the item's own value where the index alone cannot. */
static bool
QueryAccepts(ItemCursor *cursor, const Jsonb *item)
{
	int column = EqualCount(cursor);
	AttributeValue value;

	return ItemGetKeyAttribute(item, cursor->layout.names[column], cursor->layout.types[column],
	                           &value) &&
	       RangeQueryAdmits(&cursor->query, &value);
}

/* The leaf that alone holds the index's entries of the partition key; -1: any leaf may. */
static int
OnlyLeaf(const ItemCursor *cursor)
{
	if (!ItemCursorFollowsLeaves(cursor))
		return -1;
	return TableLeafFor(cursor->table, &cursor->query.partition[0]);
}

static LeafScan *
AdvanceOnly(ItemCursor *cursor)
{
	return LeafScanNext(&cursor->scans[0], cursor->direction) ? &cursor->scans[0] : NULL;
}

static LeafScan *
AdvanceNothing(ItemCursor *cursor)
{
	return NULL;
}

static void
OpenLeaves(ItemCursor *cursor)
{
	int leaves = cursor->table->definition.partitions;
	int only = leaves == 1 ? 0 : OnlyLeaf(cursor);

	if (only >= 0)
	{
		cursor->scans = palloc(sizeof(LeafScan));
		ItemCursorOpenLeaf(cursor, only, false);
		cursor->advance = AdvanceOnly;
		return;
	}
	cursor->scans = palloc(sizeof(LeafScan) * leaves);
	for (int i = 0; i < leaves; i++)
		ItemCursorOpenLeaf(cursor, i, true);
	MergeBegin(cursor, cursor->layout.partition_count);
}

ItemCursor *
ItemCursorQuery(Table *table, const RangeQuery *query)
{
	ItemCursor *cursor = ItemCursorCreate(
	    table, query->index, query->forward ? ForwardScanDirection : BackwardScanDirection);
	MemoryContext caller = MemoryContextSwitchTo(cursor->context);

	cursor->query = *query;
	cursor->advance = AdvanceNothing;
	EqualKeys(cursor);
	if (RangeKeys(cursor))
		OpenLeaves(cursor);
	if (cursor->recheck)
		cursor->accept = QueryAccepts;
	MemoryContextSwitchTo(caller);
	return cursor;
}
