/*
 * An index scan of one leaf.
 */
#ifndef DYNAMO_LEAF_SCAN_H
#define DYNAMO_LEAF_SCAN_H

#include "postgres.h"

#include "access/relscan.h"
#include "access/genam.h"
#include "access/htup.h"
#include "access/itup.h"
#include "access/sdir.h"
#include "executor/tuptable.h"
#include "storage/lockdefs.h"
#include "utils/jsonb.h"
#include "utils/rel.h"
#include "utils/snapshot.h"

typedef struct LeafScan
{
	Relation leaf;
	Relation index;
	IndexScanDesc scan;
	TupleTableSlot *slot; /* the current row */
	bool foreign;         /* stands on an entry of another share, whose row has not been read */
} LeafScan;

/*
 * Starts a scan of open relations. `keys` live as long as the scan. With
 * `with_columns`, scan->xs_itup is the index entry of the current row.
 */
extern void LeafScanBegin(LeafScan *scan, Relation leaf, Relation index, Snapshot snapshot,
                          ScanKey keys, int key_count, bool with_columns);
extern void LeafScanEnd(LeafScan *scan);

/*
 * As the above, opening the index for reading. LeafScanClose closes both relations
 * and gives up that lock of both; with NoLock, they stay to the transaction's end.
 */
extern void LeafScanOpen(LeafScan *scan, Relation leaf, Oid index, Snapshot snapshot, ScanKey keys,
                         int key_count, bool with_columns);
extern void LeafScanClose(LeafScan *scan, LOCKMODE unlock);

/* Starts again with as many other keys. */
extern void LeafScanRestart(LeafScan *scan, ScanKey keys, int key_count);

/* A column of the current entry, of a scan with columns; its pointer is NULL where it is null. */
static inline Datum
LeafScanColumn(const LeafScan *scan, int column)
{
	bool isnull;

	return index_getattr(scan->scan->xs_itup, column + 1, scan->scan->xs_itupdesc, &isnull);
}

/*
 * Moves to the next row that the snapshot sees; false at the end. Call in the
 * scan's own context.
 */
extern bool LeafScanNext(LeafScan *scan, ScanDirection direction);

/*
 * The column `item` of a leaf, which users' own columns may stand before. Raises
 * object_not_in_prerequisite_state where its owner has renamed it.
 */
extern AttrNumber LeafItemColumn(Relation leaf);

/* A row's item as it is stored. Raises null_value_not_allowed where there is none. */
extern Datum LeafItemOfRow(Relation leaf, HeapTuple row);

/* The current row's item: detoasted, pointing into the row where it can. */
extern Jsonb *LeafScanItem(const LeafScan *scan);

#endif
