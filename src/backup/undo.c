/*
 * The table at a time is the table as a snapshot sees it now, with each change taken back that the
 * snapshot sees and that was committed later: of each key that was changed since, the old item of
 * its first change is restored, if there was one.
 *
 * Which changes the snapshot sees is decided by their transactions' ids, not by where their commits
 * lie in WAL: for a moment a commit is in WAL, and perhaps in the log, before snapshots see it. The
 * log is complete up to the end of WAL at a moment after the snapshot was taken, so it has all
 * changes that the snapshot sees. A transaction is taken back as a whole, by the time of its
 * commit; one that depends on another has a later time.
 *
 * Keys that have been met are remembered, of one partition at a time. Where they would take more
 * than maintenance_work_mem the partition is loaded in several passes, of a share of the keys each.
 */
#include "backup/undo.h"

#include "access/relation.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "executor/tuptable.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/latch.h"
#include "storage/lmgr.h"
#include "storage/standby.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "backup/load.h"
#include "backup/recovery_window.h"
#include "change/log/log_read.h"
#include "compat.h"
#include "item/key.h"
#include "storage/access_method.h"
#include "storage/index/item_key.h"
#include "storage/read/leaf_scan.h"
#include "storage/relation/table_owner.h"

#define CAPTURE_TIMEOUT 60000 /* milliseconds that the log may take to be complete */
#define CAPTURE_LOOK 10       /* milliseconds between two looks at it */
#define KEY_SIZE 128          /* KeySuffix has KEY_SUFFIX_LIMIT bytes at most, and some more */
#define BYTES_PER_KEY (KEY_SIZE + 64)
#define XID_HORIZON USECS_PER_HOUR

/* A key that a change after the time has met. */
typedef struct MetKey
{
	char key[KEY_SIZE]; /* its length, and KeySuffix, zeros behind */
} MetKey;

typedef struct Undo
{
	Table *source;
	TimestampTz time;
	RecoveryWindow window;
	Snapshot snapshot;
	TimestampTz seen; /* when it was taken */
	SequenceNumber end;
	Relation *leaves;
	TableLoad *load;
	/* Of the partition and the pass. */
	int leaf;
	uint32 pass;
	uint32 passes;
	HTAB *met;
} Undo;

/* --- keys --- */

static void
KeyOf(const Undo *undo, const Jsonb *item, MetKey *met)
{
	ItemKey key = StoredItemKey(undo->source, item);
	bool sorted = key.sort.type != ATTRIBUTE_NULL;
	bytea *suffix = DatumGetByteaPP(KeySuffix(&key.partition, sorted ? &key.sort : NULL));
	int length = VARSIZE_ANY_EXHDR(suffix);

	if (length > KEY_SIZE - 2)
		elog(ERROR, "a key has a suffix of %d bytes", length);
	memset(met, 0, sizeof(MetKey));
	met->key[0] = (char) length;
	memcpy(met->key + 1, VARDATA_ANY(suffix), length);
}

static bool
IsOfPass(const Undo *undo, const MetKey *key)
{
	return hash_bytes((const unsigned char *) key->key, KEY_SIZE) % undo->passes == undo->pass;
}

/* Remembers the key; false where it has been met. */
static bool
Meet(Undo *undo, const MetKey *key)
{
	bool found;

	(void) hash_search(undo->met, key, HASH_ENTER, &found);
	return !found;
}

static void
BeginPass(Undo *undo, uint32 pass)
{
	HASHCTL control = { .keysize = KEY_SIZE,
		                .entrysize = sizeof(MetKey),
		                .hcxt = CurrentMemoryContext };

	undo->pass = pass;
	undo->met =
	    hash_create("dynamo changed keys", 1024, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* --- changes --- */

/*
 * Whether the snapshot sees a transaction that has committed. An id that seems to be after the
 * snapshot's, of a change long before it, is one of the ids' round before.
 */
static bool
IsSeen(const Undo *undo, const LoggedChange *change)
{
	if (change->time < undo->seen - XID_HORIZON &&
	    TransactionIdFollowsOrEquals(change->transaction, undo->snapshot->xmax))
		return true;
	return !XidInMVCCSnapshot(change->transaction, undo->snapshot);
}

/* The next change of the partition that is to be taken back; false at the end. */
static bool
NextUndone(const Undo *undo, LogCursor *cursor, LoggedChange *change)
{
	while (LogCursorNext(cursor, change))
	{
		CHECK_FOR_INTERRUPTS();
		if (change->time <= undo->time || !IsSeen(undo, change))
			continue;
		if (change->truncates)
			ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			                errmsg("table \"%.*s\" was truncated after the time that it is to be"
			                       " restored to",
			                       BYTES_ARGS(undo->source->definition.name))));
		return true;
	}
	if (LogCursorLostSegment(cursor))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("the change log does not reach back to the time any more")));
	return false;
}

static LogCursor *
OpenLog(const Undo *undo)
{
	return LogCursorOpenSince(undo->source->leaves[undo->leaf].relation, undo->window.epoch,
	                          undo->time, &undo->end);
}

/* An update may have changed the key: then the new one was not there before. */
static void
TakeBack(Undo *undo, const LoggedChange *change)
{
	MetKey key;

	if (change->old_item != NULL)
	{
		KeyOf(undo, change->old_item, &key);
		if (IsOfPass(undo, &key) && Meet(undo, &key))
			TableLoadItem(undo->load, undo->leaf, change->old_item);
	}
	if (change->new_item != NULL)
	{
		KeyOf(undo, change->new_item, &key);
		if (IsOfPass(undo, &key))
			(void) Meet(undo, &key);
	}
}

static void
TakeBackChanges(Undo *undo)
{
	LogCursor *cursor = OpenLog(undo);
	LoggedChange change;
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo undone change", ALLOCSET_SMALL_SIZES);

	while (NextUndone(undo, cursor, &change))
	{
		MemoryContext caller = MemoryContextSwitchTo(context);

		TakeBack(undo, &change);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(context);
	}
	MemoryContextDelete(context);
	LogCursorClose(cursor);
}

/* As many passes as keep the keys of each, if each change had two of its own, in memory. */
static uint32
CountPasses(const Undo *undo)
{
	LogCursor *cursor = OpenLog(undo);
	double room = Max(maintenance_work_mem * 1024.0, BYTES_PER_KEY);
	double changes = 0;
	LoggedChange change;

	while (NextUndone(undo, cursor, &change))
		changes++;
	LogCursorClose(cursor);
	return (uint32) Min(changes * 2 * BYTES_PER_KEY / room, 1000000) + 1;
}

/* --- items that have not been changed since --- */

static void
LoadUnchanged(Undo *undo)
{
	Relation relation = undo->leaves[undo->leaf];
	AttrNumber column = LeafItemColumn(relation);
	TupleTableSlot *slot = table_slot_create(relation, NULL);
	TableScanDesc scan = table_beginscan(relation, undo->snapshot, 0, NULL);
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo copied item", ALLOCSET_DEFAULT_SIZES);

	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		MemoryContext caller = MemoryContextSwitchTo(context);
		bool null;
		Datum item = slot_getattr(slot, column, &null);
		MetKey key;

		CHECK_FOR_INTERRUPTS();
		if (!null)
		{
			KeyOf(undo, DatumGetJsonbP(item), &key);
			if (IsOfPass(undo, &key) && hash_search(undo->met, &key, HASH_FIND, NULL) == NULL)
				TableLoadItem(undo->load, undo->leaf, DatumGetJsonbP(item));
		}
		MemoryContextSwitchTo(caller);
		MemoryContextReset(context);
	}
	MemoryContextDelete(context);
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
}

static void
LoadLeaf(Undo *undo, int leaf)
{
	undo->leaf = leaf;
	undo->passes = CountPasses(undo);
	for (uint32 pass = 0; pass < undo->passes; pass++)
	{
		BeginPass(undo, pass);
		TakeBackChanges(undo);
		LoadUnchanged(undo);
		hash_destroy(undo->met);
	}
}

/* --- the snapshot, and the log up to it --- */

static void
OpenLeaves(Undo *undo)
{
	Table *source = undo->source;

	undo->leaves = palloc_array(Relation, source->definition.partitions);
	LockRelationOid(source->relation, AccessShareLock);
	for (int leaf = 0; leaf < source->definition.partitions; leaf++)
	{
		undo->leaves[leaf] = try_relation_open(source->leaves[leaf].relation, AccessShareLock);
		if (undo->leaves[leaf] == NULL || !HasHeapPages(undo->leaves[leaf]))
			ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			                errmsg("a partition of table \"%.*s\" is missing",
			                       BYTES_ARGS(source->definition.name))));
	}
}

static void
CloseLeaves(Undo *undo)
{
	for (int leaf = 0; leaf < undo->source->definition.partitions; leaf++)
		relation_close(undo->leaves[leaf], NoLock);
}

/* Waits until the log has all that was committed before the position. */
static void
AwaitCapture(uint32 epoch, XLogRecPtr position)
{
	for (int waited = 0; waited < CAPTURE_TIMEOUT; waited += CAPTURE_LOOK)
	{
		SequenceNumber captured;

		if (LogCapturedByWorker(&captured) && captured.epoch == epoch &&
		    captured.commit >= position)
			return;
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, CAPTURE_LOOK,
		                 PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
	                errmsg("the change log is behind"), errhint("See the view dynamo.capture.")));
}

static void
CheckWindow(Undo *undo)
{
	if (!RecoveryWindowOf(undo->source->relation, &undo->window) ||
	    undo->time < undo->window.earliest)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("table \"%.*s\" cannot be restored to this time any more",
		                       BYTES_ARGS(undo->source->definition.name))));
}

/* The record that is written after the snapshot is behind all commits that the snapshot sees. */
static void
TakeSnapshot(Undo *undo)
{
	XLogRecPtr position;

	PushActiveSnapshot(GetTransactionSnapshot());
	CheckWindow(undo);
	PopActiveSnapshot();
	undo->snapshot = RegisterSnapshot(GetLatestSnapshot());
	undo->seen = GetCurrentTimestamp();
	position = LogStandbySnapshot();
	XLogFlush(position);
	AwaitCapture(undo->window.epoch, position);
	undo->end = (SequenceNumber){ .epoch = undo->window.epoch + 1 };
}

void
UndoLoad(Table *source, TimestampTz time, Table *target)
{
	Undo undo = { .source = source, .time = time };
	CallerRole caller;

	if (source->definition.partitions != target->definition.partitions)
		elog(ERROR, "a table is restored with another number of partitions");
	OpenLeaves(&undo);
	TakeSnapshot(&undo);
	caller = BecomeTableOwner(target);
	undo.load = TableLoadBegin(target);
	for (int leaf = 0; leaf < source->definition.partitions; leaf++)
		LoadLeaf(&undo, leaf);
	TableLoadEnd(undo.load);
	UnregisterSnapshot(undo.snapshot);
	CloseLeaves(&undo);
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	TableFinishLoad(target);
	PopActiveSnapshot();
	ReturnToCaller(&caller);
}
