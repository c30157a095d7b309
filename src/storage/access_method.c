/*
 * The table access method dynamo: heap, with HOT updates despite expression
 * indexes.
 *
 * The routine table is a copy of heap's. What differs: TOAST tables are plain
 * heap; heap's index build insists on a relation of its own access method, so
 * it runs with heap's routines in place; rows are remembered in the key cache; to
 * the planner no table is tiny.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/sysattr.h"
#include "access/tableam.h"
#include "catalog/pg_am.h"
#include "fmgr.h"
#include "nodes/bitmapset.h"
#include "storage/bufmgr.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "internals.h"
#include "storage/access_method.h"
#include "storage/region/stamped_write.h"
#include "storage/write/hot_update.h"
#include "storage/index/key_cache_fill.h"

PG_FUNCTION_INFO_V1(dynamo_access_method_handler);

/* What the planner takes a table to have at least: more than a fetch by place costs. */
#define LEAST_PAGES 20

static TableAmRoutine routines;

static Oid
ToastAccessMethod(Relation relation)
{
	return HEAP_TABLE_AM_OID;
}

/* A relation that passes for a heap for the time of a call. */
typedef struct AsHeap
{
	Relation relation;
	const TableAmRoutine *own;
	struct AsHeap *outer;
} AsHeap;

static AsHeap *as_heap; /* the innermost */

/* Relcache has built the entry anew, and with it the access method. */
static void
StayHeap(Datum argument, Oid relation)
{
	for (AsHeap *call = as_heap; call != NULL; call = call->outer)
		if (!OidIsValid(relation) || RelationGetRelid(call->relation) == relation)
			call->relation->rd_tableam = GetHeapamTableAmRoutine();
}

static void
BeginAsHeap(AsHeap *call, Relation relation)
{
	static bool registered = false;

	if (!registered)
		CacheRegisterRelcacheCallback(StayHeap, (Datum) 0);
	registered = true;
	*call = (AsHeap){ relation, relation->rd_tableam, as_heap };
	as_heap = call;
	relation->rd_tableam = GetHeapamTableAmRoutine();
}

static void
EndAsHeap(AsHeap *call)
{
	call->relation->rd_tableam = call->own;
	as_heap = call->outer;
}

static double
IndexBuildRangeScan(Relation relation, Relation index, struct IndexInfo *info, bool allow_sync,
                    bool anyvisible, bool progress, BlockNumber start, BlockNumber count,
                    IndexBuildCallback callback, void *state, TableScanDesc scan)
{
	AsHeap call;
	double tuples;

	BeginAsHeap(&call, relation);
	PG_TRY();
	{
		tuples = GetHeapamTableAmRoutine()->index_build_range_scan(
		    relation, index, info, allow_sync, anyvisible, progress, start, count, callback, state,
		    scan);
	}
	PG_FINALLY();
	{
		EndAsHeap(&call);
	}
	PG_END_TRY();
	return tuples;
}

static void
IndexValidateScan(Relation relation, Relation index, struct IndexInfo *info, Snapshot snapshot,
                  struct ValidateIndexState *state)
{
	AsHeap call;

	BeginAsHeap(&call, relation);
	PG_TRY();
	{
		GetHeapamTableAmRoutine()->index_validate_scan(relation, index, info, snapshot, state);
	}
	PG_FINALLY();
	{
		EndAsHeap(&call);
	}
	PG_END_TRY();
}

/* The relation's HOT-blocking columns without this one; never empty, which would mean unknown. */
static Bitmapset *
ColumnsWithout(Relation relation, AttrNumber column)
{
	Bitmapset *columns = RelationGetIndexAttrBitmap(relation, HOT_BLOCKING_BITMAP);

	columns = bms_del_member(columns, column - FirstLowInvalidHeapAttributeNumber);
	if (bms_is_empty(columns))
		columns =
		    bms_add_member(columns, TableOidAttributeNumber - FirstLowInvalidHeapAttributeNumber);
	return columns;
}

/*
 * Where the relation's cache entry was rebuilt meanwhile, that freed `hidden`,
 * and what stands there is newer than `saved`.
 */
static void
RestoreColumns(Relation relation, Bitmapset *saved, Bitmapset *hidden)
{
	if (RelationHotBlocking(relation) != hidden)
	{
		bms_free(saved);
		return;
	}
	(void) RelationSetHotBlocking(relation, saved);
	bms_free(hidden);
}

/* Executors update in a memory context that lives as long as their query: this has its own. */
static AttrNumber
FindColumnToHide(Relation relation, ItemPointer tid, TupleTableSlot *replacement)
{
	HeapTupleData old = { .t_self = *tid };
	MemoryContext context;
	MemoryContext caller;
	AttrNumber column;
	Buffer buffer;

	if (!relation->rd_rel->relhasindex || !heap_fetch(relation, SnapshotAny, &old, &buffer, false))
		return InvalidAttrNumber;
	context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo updated row", ALLOCSET_DEFAULT_SIZES);
	caller = MemoryContextSwitchTo(context);
	column = ColumnToHide(relation, &old, buffer, replacement);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	ReleaseBuffer(buffer);
	return column;
}

/* Heap decides for HOT where no indexed column changed: it must not see that `item` did. */
static TM_Result
UpdateHeap(Relation relation, ItemPointer tid, TupleTableSlot *slot, CommandId command,
           Snapshot snapshot, Snapshot crosscheck, bool wait, TM_FailureData *failure,
           LockTupleMode *lock, UpdateIndexes *update_indexes)
{
	const TableAmRoutine *heap = GetHeapamTableAmRoutine();
	AttrNumber column = FindColumnToHide(relation, tid, slot);
	Bitmapset *hidden;
	Bitmapset *saved;
	TM_Result result;

	if (column == InvalidAttrNumber)
		return heap->tuple_update(relation, tid, slot, command, snapshot, crosscheck, wait, failure,
		                          lock, update_indexes);
	hidden = ColumnsWithout(relation, column);
	saved = RelationSetHotBlocking(relation, hidden);
	PG_TRY();
	{
		result = heap->tuple_update(relation, tid, slot, command, snapshot, crosscheck, wait,
		                            failure, lock, update_indexes);
	}
	PG_FINALLY();
	{
		RestoreColumns(relation, saved, hidden);
	}
	PG_END_TRY();
	return result;
}

static TM_Result
TupleUpdate(Relation relation, ItemPointer tid, TupleTableSlot *slot, CommandId command,
            Snapshot snapshot, Snapshot crosscheck, bool wait, TM_FailureData *failure,
            LockTupleMode *lock, UpdateIndexes *update_indexes)
{
	ItemPointerData old = *tid;
	bool stamped = StampUpdate(relation, slot);
	TM_Result result = UpdateHeap(relation, tid, slot, command, snapshot, crosscheck, wait, failure,
	                              lock, update_indexes);

	if (result != TM_Ok || *update_indexes != UPDATE_INDEXES_ALL)
		return result;
	KeyCacheFill(relation, slot);
	if (stamped)
		StampUpdated(relation, &old, slot);
	return result;
}

static TM_Result
TupleDelete(Relation relation, ItemPointer tid, CommandId command, Snapshot snapshot,
            Snapshot crosscheck, bool wait, TM_FailureData *failure, bool changing_partition)
{
	StampedDelete deletion = StampDelete(relation, tid);
	TM_Result result = GetHeapamTableAmRoutine()->tuple_delete(
	    relation, tid, command, snapshot, crosscheck, wait, failure, changing_partition);

	if (result == TM_Ok)
		StampDeleted(&deletion);
	return result;
}

static void
TupleInsert(Relation relation, TupleTableSlot *slot, CommandId command, int options,
            struct BulkInsertStateData *bulk)
{
	StampedInsert insert = StampInsert(relation, slot);

	GetHeapamTableAmRoutine()->tuple_insert(relation, slot, command, options, bulk);
	KeyCacheFill(relation, slot);
	StampInserted(relation, &insert, slot);
}

static void
TupleInsertSpeculative(Relation relation, TupleTableSlot *slot, CommandId command, int options,
                       struct BulkInsertStateData *bulk, uint32 token)
{
	StampedInsert insert = StampInsert(relation, slot);

	GetHeapamTableAmRoutine()->tuple_insert_speculative(relation, slot, command, options, bulk,
	                                                    token);
	KeyCacheFill(relation, slot);
	StampInsertedSpeculative(relation, &insert);
}

/* It holds its key now. */
static void
TupleCompleteSpeculative(Relation relation, TupleTableSlot *slot, uint32 token, bool succeeded)
{
	if (succeeded)
		StampedInsertCheck(relation, slot);
	GetHeapamTableAmRoutine()->tuple_complete_speculative(relation, slot, token, succeeded);
}

static void
MultiInsert(Relation relation, TupleTableSlot **slots, int count, CommandId command, int options,
            struct BulkInsertStateData *bulk)
{
	StampedInsert *inserts = palloc_array(StampedInsert, count);

	for (int i = 0; i < count; i++)
		inserts[i] = StampInsert(relation, slots[i]);
	GetHeapamTableAmRoutine()->multi_insert(relation, slots, count, command, options, bulk);
	for (int i = 0; i < count; i++)
	{
		KeyCacheFill(relation, slots[i]);
		StampInserted(relation, &inserts[i], slots[i]);
	}
	pfree(inserts);
}

bool
HasHeapPages(Relation relation)
{
	return relation->rd_rel->relkind == RELKIND_RELATION &&
	       (relation->rd_tableam == &routines || relation->rd_tableam == GetHeapamTableAmRoutine());
}

/*
 * Plans are kept while a table grows. One that was made while it had few pages must
 * not read all of them where a row's key or place is known.
 */
static void
EstimateSize(Relation relation, int32 *attribute_widths, BlockNumber *pages, double *rows,
             double *all_visible)
{
	GetHeapamTableAmRoutine()->relation_estimate_size(relation, attribute_widths, pages, rows,
	                                                  all_visible);
	*pages = Max(*pages, LEAST_PAGES);
}

Datum
dynamo_access_method_handler(PG_FUNCTION_ARGS)
{
	if (routines.type != T_TableAmRoutine)
	{
		routines = *GetHeapamTableAmRoutine();
		routines.relation_toast_am = ToastAccessMethod;
		routines.tuple_insert = TupleInsert;
		routines.tuple_insert_speculative = TupleInsertSpeculative;
		routines.tuple_complete_speculative = TupleCompleteSpeculative;
		routines.multi_insert = MultiInsert;
		routines.tuple_delete = TupleDelete;
		routines.tuple_update = TupleUpdate;
		routines.relation_estimate_size = EstimateSize;
		routines.index_build_range_scan = IndexBuildRangeScan;
		routines.index_validate_scan = IndexValidateScan;
	}
	PG_RETURN_POINTER(&routines);
}
