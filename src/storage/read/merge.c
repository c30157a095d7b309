/*
 * Index scans of several leaves as one, in the order of the index: of the
 * columns of the entries under the scans.
 */
#include "postgres.h"

#include "access/itup.h"

#include "storage/index/column_key.h"
#include "storage/read/cursor.h"

static Datum
EntryColumn(const LeafScan *scan, int column)
{
	bool isnull;

	return index_getattr(scan->scan->xs_itup, column + 1, scan->scan->xs_itupdesc, &isnull);
}

/* binaryheap gives the greatest first, so the earlier entry is the greater. */
static int
CompareScans(Datum a, Datum b, void *arg)
{
	ItemCursor *cursor = arg;
	const IndexLayout *layout = &cursor->layout;
	const LeafScan *left = &cursor->scans[DatumGetInt32(a)];
	const LeafScan *right = &cursor->scans[DatumGetInt32(b)];

	/* The partition attributes are equal in every row of a query. */
	for (int i = layout->partition_count; i < layout->column_count; i++)
	{
		int order = ColumnCompare(layout->types[i], EntryColumn(left, i), EntryColumn(right, i));

		if (order != 0)
			return ScanDirectionIsForward(cursor->direction) ? -order : order;
	}
	return 0;
}

static void
MergeFill(ItemCursor *cursor)
{
	for (int i = 0; i < cursor->scan_count; i++)
		if (LeafScanNext(&cursor->scans[i], cursor->direction))
			binaryheap_add_unordered(cursor->merge, Int32GetDatum(i));
	binaryheap_build(cursor->merge);
	cursor->merging = true;
}

static void
MergeStep(ItemCursor *cursor)
{
	Datum first = binaryheap_first(cursor->merge);

	if (LeafScanNext(&cursor->scans[DatumGetInt32(first)], cursor->direction))
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
MergeBegin(ItemCursor *cursor)
{
	cursor->merge = binaryheap_allocate(cursor->scan_count, CompareScans, cursor);
	cursor->advance = MergeAdvance;
}
