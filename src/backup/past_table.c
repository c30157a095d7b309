/*
 * The table at a time is the table as a snapshot sees it now, with each change taken back that the
 * snapshot sees and that was committed later: of each key that was changed since, the old item of
 * its first change is restored, if there was one.
 *
 * Which changes the snapshot sees is decided by their transactions' ids, not by where their commits
 * lie in WAL: for a moment a commit is in WAL, and perhaps in the log, before snapshots see it. The
 * log is complete up to the end of WAL at a moment after the snapshot was taken, so it has all
 * changes that the snapshot sees. The snapshot is taken anew while it misses one that has written
 * its commit, whose time may be early enough. A transaction is taken back as a whole, by the time
 * of its commit; one that depends on another has a later time.
 *
 * Keys that have been met are remembered, of one partition at a time. Where they would take more
 * than maintenance_work_mem the partition is read in several passes, of a share of the keys each.
 */
#include "backup/past_table.h"

#include "access/relation.h"
#include "access/transam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/latch.h"
#include "storage/lmgr.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "storage/standby.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "backup/changed_key.h"
#include "backup/leaf_items.h"
#include "change/log/log_read.h"
#include "compat.h"

#define CAPTURE_TIMEOUT 60000 /* milliseconds that the log may take to be complete */
#define CAPTURE_LOOK 10       /* milliseconds between two looks at it */
#define COMMIT_LOOK 1         /* the same of transactions that are committing */
#define XID_HORIZON USECS_PER_HOUR

/* The reading of a partition. */
typedef struct Undo
{
	const PastTable *past;
	TimestampTz time;
	int leaf;
	uint32 pass;
	uint32 passes;
	HTAB *met; /* keys that changes after the time have met */
	PastTableItem emit;
	void *argument;
} Undo;

/* --- keys --- */

static bool
IsOfPass(const Undo *undo, const ChangedKey *key)
{
	return ChangedKeyIsOfPass(key, undo->pass, undo->passes);
}

/* Remembers the key; false where it has been met. */
static bool
Meet(Undo *undo, const ChangedKey *key)
{
	bool found;

	(void) hash_search(undo->met, key, HASH_ENTER, &found);
	return !found;
}

static void
BeginPass(Undo *undo, uint32 pass)
{
	HASHCTL control = { .keysize = sizeof(ChangedKey),
		                .entrysize = sizeof(ChangedKey),
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
IsSeen(const PastTable *past, const LoggedChange *change)
{
	if (change->time < past->seen - XID_HORIZON &&
	    TransactionIdFollowsOrEquals(change->transaction, past->snapshot->xmax))
		return true;
	return !XidInMVCCSnapshot(change->transaction, past->snapshot);
}

/* The next change of the partition that is to be taken back; false at the end. */
static bool
NextUndone(const Undo *undo, LogCursor *cursor, LoggedChange *change)
{
	while (PastTableNextChange(undo->past, cursor, change))
		if (change->time > undo->time && IsSeen(undo->past, change))
		{
			PastTableCheckChange(undo->past, change);
			return true;
		}
	return false;
}

static LogCursor *
OpenLog(const Undo *undo)
{
	return PastTableOpenLog(undo->past, undo->leaf, undo->time);
}

/* An update may have changed the key: then the new one was not there before. */
static void
TakeBack(Undo *undo, const LoggedChange *change)
{
	ChangedKey key;

	if (change->old_item != NULL)
	{
		ChangedKeyOf(undo->past->source, change->old_item, &key);
		if (IsOfPass(undo, &key) && Meet(undo, &key))
			undo->emit(undo->argument, undo->leaf, change->old_item);
	}
	if (change->new_item != NULL)
	{
		ChangedKeyOf(undo->past->source, change->new_item, &key);
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
	double room = Max(maintenance_work_mem * 1024.0, CHANGED_KEY_MEMORY);
	double changes = 0;
	LoggedChange change;

	while (NextUndone(undo, cursor, &change))
		changes++;
	LogCursorClose(cursor);
	return (uint32) Min(changes * 2 * CHANGED_KEY_MEMORY / room, 1000000) + 1;
}

/* --- items that have not been changed since --- */

/* Where nothing has changed no key need be looked for. */
static bool
IsUnchanged(const Undo *undo, const Jsonb *item)
{
	ChangedKey key;

	if (undo->passes == 1 && hash_get_num_entries(undo->met) == 0)
		return true;
	ChangedKeyOf(undo->past->source, item, &key);
	return IsOfPass(undo, &key) && hash_search(undo->met, &key, HASH_FIND, NULL) == NULL;
}

static void
EmitUnchanged(void *argument, const Jsonb *item)
{
	const Undo *undo = argument;

	if (IsUnchanged(undo, item))
		undo->emit(undo->argument, undo->leaf, item);
}

void
PastTableRead(const PastTable *past, TimestampTz time, int leaf, PastTableItem emit, void *argument)
{
	Undo undo = { .past = past, .time = time, .leaf = leaf, .emit = emit, .argument = argument };

	undo.passes = CountPasses(&undo);
	for (uint32 pass = 0; pass < undo.passes; pass++)
	{
		BeginPass(&undo, pass);
		TakeBackChanges(&undo);
		LeafItemsRead(past->leaves[leaf], past->snapshot, EmitUnchanged, &undo);
		hash_destroy(undo.met);
	}
}

/* --- the snapshot, and the log up to it --- */

static void
OpenLeaves(PastTable *past)
{
	Table *source = past->source;

	past->leaves = palloc_array(Relation, source->definition.partitions);
	LockRelationOid(source->relation, AccessShareLock);
	for (int leaf = 0; leaf < source->definition.partitions; leaf++)
		past->leaves[leaf] = LeafItemsOpen(source, leaf);
}

static void
Rest(int milliseconds)
{
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, milliseconds,
	                 PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
}

/*
 * Waits for transactions that may have taken the time of their commit and have not yet written it
 * to WAL: of all later ones the time is later than now.
 */
static void
AwaitCommits(void)
{
	int count;
	VirtualTransactionId *committing = GetVirtualXIDsDelayingChkpt(&count, DELAY_CHKPT_START);

	while (count > 0 && HaveVirtualXIDsDelayingChkpt(committing, count, DELAY_CHKPT_START))
		Rest(COMMIT_LOOK);
	pfree(committing);
}

/* Whether a transaction that the snapshot does not see has written its commit. */
static bool
MissesCommit(Snapshot snapshot)
{
	for (uint32 i = 0; i < snapshot->xcnt; i++)
		if (TransactionIdDidCommit(snapshot->xip[i]))
			return true;
	return false;
}

/* A snapshot that sees all transactions whose time is before the call. */
static Snapshot
TakeWholeSnapshot(void)
{
	AwaitCommits();
	for (int waited = 0; waited < CAPTURE_TIMEOUT; waited += COMMIT_LOOK)
	{
		Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());

		if (!MissesCommit(snapshot))
			return snapshot;
		UnregisterSnapshot(snapshot);
		Rest(COMMIT_LOOK);
	}
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
	                errmsg("transactions that have committed do not end"),
	                errhint("They may wait for a synchronous standby.")));
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
		Rest(CAPTURE_LOOK);
	}
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
	                errmsg("the change log is behind"), errhint("See the view dynamo.capture.")));
}

static void
CheckWindow(PastTable *past, TimestampTz time)
{
	if (!RecoveryWindowOf(past->source->relation, &past->window) || time < past->window.earliest)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("what table \"%.*s\" had at this time is not known any more",
		                       BYTES_ARGS(past->source->definition.name))));
}

/* The record that is written after the snapshot is behind all commits that the snapshot sees. */
static void
TakeSnapshot(PastTable *past, TimestampTz time)
{
	XLogRecPtr position;

	PushActiveSnapshot(GetTransactionSnapshot());
	CheckWindow(past, time);
	PopActiveSnapshot();
	past->snapshot = TakeWholeSnapshot();
	past->seen = GetCurrentTimestamp();
	position = LogStandbySnapshot();
	XLogFlush(position);
	AwaitCapture(past->window.epoch, position);
	past->end = (SequenceNumber){ .epoch = past->window.epoch + 1 };
}

PastTable *
PastTableBegin(Table *source, TimestampTz time)
{
	PastTable *past = palloc0_object(PastTable);

	past->source = source;
	OpenLeaves(past);
	TakeSnapshot(past, time);
	return past;
}

void
PastTableEnd(PastTable *past)
{
	UnregisterSnapshot(past->snapshot);
	for (int leaf = 0; leaf < past->source->definition.partitions; leaf++)
		relation_close(past->leaves[leaf], NoLock);
	pfree(past->leaves);
	pfree(past);
}

int64
PastTableEstimate(const PastTable *past)
{
	int64 items = 0;

	for (int leaf = 0; leaf < past->source->definition.partitions; leaf++)
		items += LeafItemsEstimate(past->leaves[leaf]);
	return items;
}

/* --- the log --- */

LogCursor *
PastTableOpenLog(const PastTable *past, int leaf, TimestampTz time)
{
	return LogCursorOpenSince(past->source->leaves[leaf].relation, past->window.epoch, time,
	                          &past->end);
}

bool
PastTableNextChange(const PastTable *past, LogCursor *cursor, LoggedChange *change)
{
	CHECK_FOR_INTERRUPTS();
	if (LogCursorNext(cursor, change))
		return true;
	if (LogCursorLostSegment(cursor))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("the change log does not reach back to the time any more")));
	return false;
}

void
PastTableCheckChange(const PastTable *past, const LoggedChange *change)
{
	if (change->truncates)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("table \"%.*s\" was truncated after the time",
		                       BYTES_ARGS(past->source->definition.name))));
}
