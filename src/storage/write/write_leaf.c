/*
 * One leaf open for writing: finding, locking and changing row versions by the
 * table access method's own calls.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/multixact.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "executor/executor.h"
#include "storage/lmgr.h"
#include "storage/procarray.h"
#include "utils/snapmgr.h"

#include "error/error.h"
#include "storage/read/leaf_scan.h"
#include "session/lock_wait.h"
#include "storage/relation/replica_identity.h"
#include "storage/relation/routing.h"
#include "storage/region/stamped_write.h"
#include "storage/write/write_leaf.h"

void
LeafWriterOpen(LeafWriter *writer, Table *table, const ItemKey *key, bool in_transaction)
{
	writer->table = table;
	writer->key = key;
	writer->leaf_number = TableLeafFor(table, &key->partition);
	LeafLookupBegin(&writer->lookup, table, writer->leaf_number, RowExclusiveLock);
	writer->leaf = writer->lookup.leaf;
	writer->key_index = NULL;
	writer->slot = table_slot_create(writer->leaf, NULL);
	writer->in_transaction = in_transaction;
	writer->would_wait = false;
	writer->blocker = InvalidTransactionId;
}

void
LeafWriterClose(LeafWriter *writer)
{
	ExecDropSingleTupleTableSlot(writer->slot);
	if (writer->key_index != NULL)
		index_close(writer->key_index, NoLock);
	LeafLookupEnd(&writer->lookup);
}

Relation
LeafWriterKeyIndex(LeafWriter *writer)
{
	if (writer->key_index == NULL)
		writer->key_index = index_open(writer->lookup.key_index, RowExclusiveLock);
	return writer->key_index;
}

/* The transaction among those that share the row's lock that keeps others from it. */
static TransactionId
HolderAmong(MultiXactId sharers, bool only_locked)
{
	MultiXactMember *members;
	int count = GetMultiXactIdMembers(sharers, &members, false, only_locked);
	TransactionId holder = InvalidTransactionId;

	for (int i = 0; i < count && !TransactionIdIsValid(holder); i++)
		if (!TransactionIdIsCurrentTransactionId(members[i].xid) &&
		    TransactionIdIsInProgress(members[i].xid))
			holder = members[i].xid;
	if (count > 0)
		pfree(members);
	return holder;
}

static TransactionId
HolderOf(HeapTupleHeader row)
{
	if (!(row->t_infomask & HEAP_XMAX_IS_MULTI))
		return HeapTupleHeaderGetRawXmax(row);
	return HolderAmong(HeapTupleHeaderGetRawXmax(row), HEAP_XMAX_IS_LOCKED_ONLY(row->t_infomask));
}

static void
ReadVersion(LeafLookup *lookup, ItemVersion *version)
{
	version->tid = lookup->row->t_self;
	version->contended = !(lookup->row->t_data->t_infomask & HEAP_XMAX_INVALID);
	if (version->contended)
		version->holder = HolderOf(lookup->row->t_data);
	version->item = LeafLookupTakeItem(lookup);
	if (RelationGetDescr(lookup->leaf)->natts > 1)
		version->row = heap_copytuple(lookup->row);
}

static void
FindVersion(LeafWriter *writer, Snapshot snapshot, ItemVersion *version)
{
	LeafLookup *lookup = &writer->lookup;

	MemSet(version, 0, sizeof(ItemVersion));
	version->exists = LeafLookupFind(lookup, writer->key, snapshot);
	if (version->exists)
		ReadVersion(lookup, version);
	LeafLookupRelease(lookup);
}

/*
 * The transaction's own snapshot must see the newest version too. Reading by
 * that snapshot also leaves the locks that SERIALIZABLE transactions need.
 */
static void
CheckSnapshotSees(LeafWriter *writer, const ItemVersion *newest)
{
	LeafLookup *lookup = &writer->lookup;
	bool seen = LeafLookupFind(lookup, writer->key, GetTransactionSnapshot());
	bool same = seen == newest->exists &&
	            (!seen || ItemPointerEquals(&lookup->row->t_self, (ItemPointer) &newest->tid));

	LeafLookupRelease(lookup);
	if (!same)
		RaiseTransactionConflict(NULL);
}

void
FindNewestVersion(LeafWriter *writer, ItemVersion *version)
{
	FindVersion(writer, GetLatestSnapshot(), version);
	if (IsolationUsesXactSnapshot())
		CheckSnapshotSees(writer, version);
}

static void
ModifiedByThisCommand(void)
{
	ereport(ERROR, (errcode(ERRCODE_TRIGGERED_DATA_CHANGE_VIOLATION),
	                errmsg("item was already modified by the current command"),
	                errhint("Write each item once in a command, or use several commands.")));
}

/* Whether the access method did it; false where another transaction came first. */
static bool
Succeeded(LeafWriter *writer, TM_Result result)
{
	if (result == TM_Ok)
		return true;
	if (writer->in_transaction && (result == TM_WouldBlock || result == TM_BeingModified))
	{
		writer->would_wait = true;
		return false;
	}
	if (result == TM_SelfModified || result == TM_Invisible)
		ModifiedByThisCommand();
	if (result != TM_Updated && result != TM_Deleted)
		elog(ERROR, "unexpected result %d of a write", result);
	if (IsolationUsesXactSnapshot())
		RaiseTransactionConflict(NULL);
	return false;
}

bool
LockVersion(LeafWriter *writer, ItemVersion *version)
{
	TM_FailureData failure;
	TupleTableSlot *slot = table_slot_create(writer->leaf, NULL);
	bool awaited = LockWaitTransactionIsAwaited(version->holder);
	LockWaitPolicy policy = writer->in_transaction || awaited ? LockWaitSkip : LockWaitBlock;
	TM_Result result =
	    table_tuple_lock(writer->leaf, &version->tid, GetActiveSnapshot(), slot,
	                     GetCurrentCommandId(true), LockTupleExclusive, policy, 0, &failure);

	ExecDropSingleTupleTableSlot(slot);
	writer->blocker = version->holder;
	if (awaited && !writer->in_transaction && result == TM_WouldBlock)
		LockWaitForTransaction(version->holder, 0);
	version->locked = Succeeded(writer, result);
	return version->locked;
}

/*
 * Whether a change of the version may wait. Of one that is locked already
 * there is no wait, but heap must not take this transaction's own
 * lock for another's.
 */
static bool
MayWait(const LeafWriter *writer, const ItemVersion *version)
{
	return version->locked || !writer->in_transaction;
}

/* Puts the new row into writer->slot; columns that users have added keep their values. */
static void
FillSlot(LeafWriter *writer, const ItemVersion *old, Jsonb *item)
{
	TupleTableSlot *slot = writer->slot;
	TupleDesc columns = RelationGetDescr(writer->leaf);
	int item_column = LeafItemColumn(writer->leaf) - 1;

	ExecClearTuple(slot);
	if (old && old->row)
		heap_deform_tuple(old->row, columns, slot->tts_values, slot->tts_isnull);
	else
		memset(slot->tts_isnull, true, columns->natts * sizeof(bool));
	slot->tts_values[item_column] = JsonbPGetDatum(item);
	slot->tts_isnull[item_column] = false;
	ExecStoreVirtualTuple(slot);
	slot->tts_tableOid = RelationGetRelid(writer->leaf);
}

bool
UpdateVersion(LeafWriter *writer, const ItemVersion *version, Jsonb *item)
{
	TM_FailureData failure;
	LockTupleMode lock_mode;
	UpdateIndexes updates;
	ItemPointerData tid = version->tid;

	CheckReplicaIdentity(writer->table, writer->leaf, CMD_UPDATE);
	FillSlot(writer, version, item);
	if (!Succeeded(writer,
	               table_tuple_update(writer->leaf, &tid, writer->slot, GetCurrentCommandId(true),
	                                  GetActiveSnapshot(), InvalidSnapshot,
	                                  MayWait(writer, version), &failure, &lock_mode, &updates)))
		return false;
	if (!UpdateIndexesNone(updates))
		InsertIndexEntries(writer, item, version->item, updates);
	return true;
}

bool
DeleteVersion(LeafWriter *writer, const ItemVersion *version)
{
	TM_FailureData failure;
	ItemPointerData tid = version->tid;

	CheckReplicaIdentity(writer->table, writer->leaf, CMD_DELETE);
	return Succeeded(writer, table_tuple_delete(writer->leaf, &tid, GetCurrentCommandId(true),
	                                            GetActiveSnapshot(), InvalidSnapshot,
	                                            MayWait(writer, version), &failure, false));
}

static bool
WrittenByThisCommand(TupleTableSlot *slot)
{
	HeapTupleHeader row = ExecFetchSlotHeapTuple(slot, false, NULL)->t_data;

	return TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(row)) &&
	       HeapTupleHeaderGetCmin(row) >= GetCurrentCommandId(false);
}

/* Looks for a transaction that is creating the key: it is dirty->xmin, if any; its row is `tid`. */
static void
FindCreator(LeafWriter *writer, SnapshotData *dirty, ItemPointer tid)
{
	ScanKeyData columns[MAX_ITEM_KEY_COLUMNS];
	LeafScan scan;

	InitDirtySnapshot(*dirty);
	dirty->xmin = InvalidTransactionId;
	LeafScanBegin(&scan, writer->leaf, LeafWriterKeyIndex(writer), dirty, columns,
	              ItemKeyColumns(writer->key, columns), false);
	if (LeafScanNext(&scan, ForwardScanDirection))
	{
		if (WrittenByThisCommand(scan.slot))
			ModifiedByThisCommand();
		*tid = scan.slot->tts_tid;
	}
	LeafScanEnd(&scan);
}

bool
CreatorExists(LeafWriter *writer)
{
	SnapshotData dirty;
	ItemPointerData tid;

	FindCreator(writer, &dirty, &tid);
	writer->blocker = dirty.xmin;
	return TransactionIdIsValid(dirty.xmin);
}

/* Waits until the transaction that is creating the key has ended, or has given up its attempt. */
static void
WaitForCreator(LeafWriter *writer)
{
	SnapshotData dirty;
	ItemPointerData tid = { 0 };

	FindCreator(writer, &dirty, &tid);
	writer->blocker = dirty.xmin;
	if (!TransactionIdIsValid(dirty.xmin))
		return;
	if (writer->in_transaction)
		writer->would_wait = true;
	else if (LockWaitTransactionIsAwaited(dirty.xmin))
		LockWaitForTransaction(dirty.xmin, 0);
	else if (dirty.speculativeToken)
		SpeculativeInsertionWait(dirty.xmin, dirty.speculativeToken);
	else
		XactLockTableWait(dirty.xmin, writer->leaf, &tid, XLTW_InsertIndex);
}

/*
 * As INSERT ON CONFLICT: the row goes in under a token, and is killed again
 * where the key index turns out to hold the key, or its stamp to be older than a deletion of the
 * key, so that a transaction that waits for this transaction's attempt does not wait for its end.
 */
bool
InsertVersion(LeafWriter *writer, Jsonb *item)
{
	TransactionId xid = GetCurrentTransactionId();
	uint32 token = SpeculativeInsertionLockAcquire(xid);
	bool unique;
	bool stale;

	FillSlot(writer, NULL, item);
	table_tuple_insert_speculative(writer->leaf, writer->slot, GetCurrentCommandId(true), 0, NULL,
	                               token);
	unique = InsertIndexEntries(writer, item, NULL, UPDATE_INDEXES_ALL);
	stale = unique && StampedInsertIsStale(writer->leaf, writer->slot);
	table_tuple_complete_speculative(writer->leaf, writer->slot, token, unique && !stale);
	SpeculativeInsertionLockRelease(xid);
	if (!unique)
		WaitForCreator(writer);
	return unique && !stale;
}
