/*
 * Index scans of several leaves as one, in the order of the index: of the
 * columns of the entries under the scans.
 */
#include "postgres.h"

#include "storage/index/column_key.h"
#include "storage/read/cursor.h"

/* Of columns; nulls, which a broken table may hold, come last as in the index. */
static int
CompareColumns(AttributeType type, Datum left, Datum right)
{
	if (DatumGetPointer(left) == NULL || DatumGetPointer(right) == NULL)
		return (DatumGetPointer(left) == NULL) - (DatumGetPointer(right) == NULL);
	return ColumnCompare(type, left, right);
}

static Datum *
ScanColumns(const ItemCursor *cursor, int scan)
{
	return &cursor->merge_columns[scan * MAX_INDEX_COLUMNS];
}

/* binaryheap gives the greatest first, so the earlier entry is the greater. */
static int
CompareScans(Datum a, Datum b, void *arg)
{
	ItemCursor *cursor = arg;
	const IndexLayout *layout = &cursor->layout;
	const Datum *left = ScanColumns(cursor, DatumGetInt32(a));
	const Datum *right = ScanColumns(cursor, DatumGetInt32(b));

	for (int i = cursor->merge_column; i < layout->column_count; i++)
	{
		int order = CompareColumns(layout->types[i], left[i], right[i]);

		if (order != 0)
			return ScanDirectionIsForward(cursor->direction) ? -order : order;
	}
	return 0;
}

/* Moves a scan; its columns point into the entry on which it stands. */
static bool
Step(ItemCursor *cursor, int number)
{
	const LeafScan *scan = &cursor->scans[number];
	bool nulls[MAX_INDEX_COLUMNS];

	if (!ItemCursorStep(cursor, &cursor->scans[number]))
		return false;
	index_deform_tuple(scan->scan->xs_itup, scan->scan->xs_itupdesc, ScanColumns(cursor, number),
	                   nulls);
	return true;
}

static void
MergeFill(ItemCursor *cursor)
{
	for (int i = 0; i < cursor->scan_count; i++)
		if (Step(cursor, i))
			binaryheap_add_unordered(cursor->merge, Int32GetDatum(i));
	binaryheap_build(cursor->merge);
	cursor->merging = true;
}

static void
MergeStep(ItemCursor *cursor)
{
	Datum first = binaryheap_first(cursor->merge);

	if (Step(cursor, DatumGetInt32(first)))
		binaryheap_replace_first(cursor->merge, first);
	else
		(void) binaryheap_remove_first(cursor->merge);
}

static LeafScan *
MergeAdvance(ItemCursor *cursor)
{
	if (!cursor->merging)
		MergeFill(cursor);
	else if (!binaryheap_empty(cursor->merge))
		MergeStep(cursor);
	if (binaryheap_empty(cursor->merge))
		return NULL;
	return &cursor->scans[DatumGetInt32(binaryheap_first(cursor->merge))];
}

void
MergeBegin(ItemCursor *cursor, int column)
{
	cursor->merge_column = column;
	cursor->merge_columns = palloc(sizeof(Datum) * MAX_INDEX_COLUMNS * cursor->scan_count);
	cursor->merge = binaryheap_allocate(cursor->scan_count, CompareScans, cursor);
	cursor->advance = MergeAdvance;
}
