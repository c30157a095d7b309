/*
 * The table access method dynamo: heap, with HOT updates despite expression
 * indexes.
 *
 * The routine table is a copy of heap's. What differs: TOAST tables are plain
 * heap; heap's index build insists on a relation of its own access method, so
 * it runs with heap's routines in place.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/tableam.h"
#include "catalog/pg_am.h"
#include "fmgr.h"
#include "utils/rel.h"

PG_FUNCTION_INFO_V1(dynamo_access_method_handler);

static TableAmRoutine routines;

static Oid
ToastAccessMethod(Relation relation)
{
	return HEAP_TABLE_AM_OID;
}

static double
IndexBuildRangeScan(Relation relation, Relation index, struct IndexInfo *info, bool allow_sync,
					bool anyvisible, bool progress, BlockNumber start, BlockNumber count,
					IndexBuildCallback callback, void *state, TableScanDesc scan)
{
	const TableAmRoutine *own = relation->rd_tableam;
	const TableAmRoutine *heap = GetHeapamTableAmRoutine();
	double tuples;

	relation->rd_tableam = heap;
	PG_TRY();
	{
		tuples = heap->index_build_range_scan(relation, index, info, allow_sync, anyvisible,
											  progress, start, count, callback, state, scan);
	}
	PG_FINALLY();
	{
		relation->rd_tableam = own;
	}
	PG_END_TRY();
	return tuples;
}

static void
IndexValidateScan(Relation relation, Relation index, struct IndexInfo *info, Snapshot snapshot,
				  struct ValidateIndexState *state)
{
	const TableAmRoutine *own = relation->rd_tableam;
	const TableAmRoutine *heap = GetHeapamTableAmRoutine();

	relation->rd_tableam = heap;
	PG_TRY();
	{
		heap->index_validate_scan(relation, index, info, snapshot, state);
	}
	PG_FINALLY();
	{
		relation->rd_tableam = own;
	}
	PG_END_TRY();
}

Datum
dynamo_access_method_handler(PG_FUNCTION_ARGS)
{
	if (routines.type != T_TableAmRoutine)
	{
		routines = *GetHeapamTableAmRoutine();
		routines.relation_toast_am = ToastAccessMethod;
		routines.index_build_range_scan = IndexBuildRangeScan;
		routines.index_validate_scan = IndexValidateScan;
	}
	PG_RETURN_POINTER(&routines);
}
