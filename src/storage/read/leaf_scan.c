/*
 * An index scan of one leaf, by the calls that PostgreSQL's executor makes for
 * one.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_type.h"

#include "compat.h"
#include "storage/read/leaf_scan.h"

void
LeafScanBegin(LeafScan *scan, Relation leaf, Relation index, Snapshot snapshot, ScanKey keys,
              int key_count, bool with_columns)
{
	scan->leaf = leaf;
	scan->index = index;
	scan->slot = table_slot_create(leaf, NULL);
	scan->scan = IndexBeginScan(leaf, index, snapshot, key_count);
	scan->scan->xs_want_itup = with_columns;
	scan->foreign = false;
	index_rescan(scan->scan, keys, key_count, NULL, 0);
}

void
LeafScanEnd(LeafScan *scan)
{
	index_endscan(scan->scan);
	ExecDropSingleTupleTableSlot(scan->slot);
}

void
LeafScanOpen(LeafScan *scan, Relation leaf, Oid index, Snapshot snapshot, ScanKey keys,
             int key_count, bool with_columns)
{
	LeafScanBegin(scan, leaf, index_open(index, AccessShareLock), snapshot, keys, key_count,
	              with_columns);
}

void
LeafScanClose(LeafScan *scan, LOCKMODE unlock)
{
	LeafScanEnd(scan);
	index_close(scan->index, unlock);
	table_close(scan->leaf, unlock);
}

void
LeafScanRestart(LeafScan *scan, ScanKey keys, int key_count)
{
	index_rescan(scan->scan, keys, key_count, NULL, 0);
}

bool
LeafScanNext(LeafScan *scan, ScanDirection direction)
{
	return index_getnext_slot(scan->scan, direction, scan->slot);
}

AttrNumber
LeafItemColumn(Relation leaf)
{
	TupleDesc columns = RelationGetDescr(leaf);

	for (int i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);

		if (!column->attisdropped && column->atttypid == JSONBOID &&
		    strcmp(NameStr(column->attname), "item") == 0)
			return i + 1;
	}
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
	                errmsg("relation \"%s\" has no column \"item\" of type jsonb",
	                       RelationGetRelationName(leaf))));
}

Datum
LeafItemOfRow(Relation leaf, HeapTuple row)
{
	bool isnull;
	Datum item = heap_getattr(row, LeafItemColumn(leaf), RelationGetDescr(leaf), &isnull);

	if (isnull)
		ereport(ERROR,
		        (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
		         errmsg("relation \"%s\" holds a null item", RelationGetRelationName(leaf))));
	return item;
}

Jsonb *
LeafScanItem(const LeafScan *scan)
{
	HeapTuple row = ExecFetchSlotHeapTuple(scan->slot, false, NULL);

	return DatumGetJsonbP(LeafItemOfRow(scan->leaf, row));
}
