/*
 * Owners of tables may hold rows of streams, and the catalog that has them, for as long as their
 * transactions last. None of that may keep the loss of an epoch from being told: its end is written
 * at once, and each stream that it leaves without changes is ended then, or, where its row is held
 * or not to be seen yet, by the first round that can. The next epoch cannot begin before: its slot
 * waits for the transactions that were writing.
 */
#include "change/upkeep/epoch.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "change/upkeep/capture_control.h"
#include "change/upkeep/segment.h"
#include "change/upkeep/settings.h"
#include "change/upkeep/slot.h"
#include "storage/stream/capture_slot.h"
#include "storage/stream/change_epoch.h"
#include "storage/stream/shard_catalog.h"

#define BYTES_PER_MEGABYTE INT64CONST(1048576)
#define REASON_ENABLED "a stream was enabled"

/* In a transaction. */
static bool
AnyStreamIsEnabled(void)
{
	ListCell *cell;

	foreach (cell, StreamRows((Bytes){ NULL, 0 }))
		if (((const StreamRow *) lfirst(cell))->disabled == 0)
			return true;
	return false;
}

static bool
LastEpoch(ChangeEpoch *epoch)
{
	bool found;

	StepBegin();
	found = ChangeEpochLast(epoch);
	StepCommit();
	return found;
}

static bool
IsUnderWay(ChangeEpoch *epoch)
{
	return LastEpoch(epoch) && epoch->ended == 0;
}

/* --- loss --- */

/* What says that changes of the epoch may have been lost; NULL: nothing does. */
static const char *
SlotFault(CaptureSlotState state)
{
	switch (state)
	{
		case CAPTURE_SLOT_WHOLE:
			return NULL;
		case CAPTURE_SLOT_INVALID:
			return "PostgreSQL has removed WAL that was yet to be read, as max_slot_wal_keep_size"
			       " says";
		default:
			return "the replication slot is gone";
	}
}

static const char *
OriginFault(const ChangeEpoch *epoch)
{
	XLogRecPtr position;
	bool found;

	StepBegin();
	found = OriginRead(&position);
	StepCommit();
	if (!found)
		return "the replication origin is gone";
	if (position > GetFlushRecPtr(NULL))
		return "the position lies behind the end of WAL";
	return NULL;
}

static const char *
WalFault(const CaptureSlot *slot)
{
	uint64 kept = GetXLogInsertRecPtr() - slot->restart;

	if (max_stream_wal < 0 || kept / BYTES_PER_MEGABYTE < max_stream_wal)
		return NULL;
	return psprintf("more WAL was kept back than dynamo.max_stream_wal, %d MB, allows",
	                max_stream_wal);
}

static const char *
EpochFault(const ChangeEpoch *epoch)
{
	CaptureSlot slot = CaptureSlotRead(MyDatabaseId);
	const char *fault;

	if (epoch->system_identifier != GetSystemIdentifier())
		return "the database has come from another cluster";
	if (epoch->timeline != GetWALInsertionTimeLine())
		return "the server has been promoted or recovered to a new timeline";
	if ((fault = SlotFault(slot.state)) != NULL || (fault = OriginFault(epoch)) != NULL ||
	    (fault = WalFault(&slot)) != NULL)
		return fault;
	if (CapturePhaseNow() == CAPTURE_NEEDS_EPOCH)
		return psprintf("the capture worker cannot go on: %s", CaptureFault());
	return NULL;
}

/* Whether the shard has changes of the epoch that the log, which is complete up to `captured`,
 * lacks.
 */
static bool
ShardLacksChanges(const StreamShard *shard, uint32 epoch, XLogRecPtr captured)
{
	if (shard->start.epoch > epoch)
		return false;
	if (shard->closed == 0 || shard->end.epoch > epoch)
		return true;
	return shard->end.epoch == epoch && shard->end.commit > captured;
}

static bool
LacksChanges(const StreamRow *row, uint32 epoch, XLogRecPtr captured)
{
	List *shards;
	ListCell *cell;

	if (row->changes_missing && row->disabled != 0)
		return false;
	shards = StreamShardsReadable(row);
	foreach (cell, shards)
		if (ShardLacksChanges(lfirst(cell), epoch, captured))
			return true;
	return shards == NIL && row->disabled == 0;
}

static void
LoseStream(const StreamRow *row, const ChangeEpoch *epoch)
{
	SequenceNumber end = { .epoch = epoch->epoch + 1 };
	bool was_enabled = StreamEnd(row->table, row->label, InvalidOid, true);

	if (!was_enabled)
		StreamNoteMissing(row);
	StreamClose(row, &end);
	ereport(WARNING, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
	                  errmsg("the stream of table \"%.*s\" ends: changes may be missing",
	                         BYTES_ARGS(row->table)),
	                  errdetail("%s.", epoch->loss),
	                  was_enabled ? errhint("The table gets a new stream.") : 0));
}

/* In a transaction. Of a lost epoch; those whose rows are held are left for the next round. */
static void
LoseStreams(const ChangeEpoch *epoch, XLogRecPtr captured)
{
	ListCell *cell;

	foreach (cell, StreamRows((Bytes){ NULL, 0 }))
	{
		const StreamRow *row = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		if (LacksChanges(row, epoch->epoch, captured) && StreamTryLock(row))
			LoseStream(row, epoch);
	}
}

/* In a transaction: those that have come to be seen, or are not held any more, since it was lost.
 */
static void
LoseRemaining(const ChangeEpoch *epoch)
{
	LoseStreams(epoch, PG_UINT64_MAX);
}

/* What is in the log of the epoch is all that will ever be. */
static void
LoseEpoch(ChangeEpoch *epoch, const char *fault)
{
	XLogRecPtr captured;

	strlcpy(epoch->loss, fault, sizeof(epoch->loss));
	StepBegin();
	if (!OriginRead(&captured))
		captured = InvalidXLogRecPtr;
	captured = Max(captured, CaptureReached(epoch->epoch));
	ChangeEpochEnd(fault);
	LoseStreams(epoch, captured);
	StepCommit();
}

static void
RemoveSlot(void)
{
	SlotDrop();
	StepBegin();
	OriginDrop();
	StepCommit();
}

static void
CheckUnderWay(ChangeEpoch *epoch)
{
	const char *fault = EpochFault(epoch);

	if (fault == NULL)
		return;
	CaptureStop(MyDatabaseId);
	LoseEpoch(epoch, fault);
	RemoveSlot();
	/* How far the worker was is no longer how far the log is. */
	CaptureForget(MyDatabaseId);
	CaptureNote(CAPTURE_STOPPED, fault);
}

void
EpochCheck(UpkeepRound *round)
{
	ChangeEpoch epoch;

	if (!LastEpoch(&epoch))
		return;
	if (epoch.ended == 0)
		CheckUnderWay(&epoch);
	else if (epoch.loss[0] != '\0')
	{
		StepBegin();
		LoseRemaining(&epoch);
		StepCommit();
	}
}

/* --- the last stream --- */

/* Where the last of the epoch's shards ends; false where one is open. */
static bool
EndOfShards(const ChangeEpoch *epoch, SequenceNumber *end)
{
	ListCell *row_cell;
	ListCell *cell;

	*end = (SequenceNumber){ 0 };
	foreach (row_cell, StreamRows((Bytes){ NULL, 0 }))
	{
		const StreamRow *row = lfirst(row_cell);

		foreach (cell, StreamShardsReadable(row))
		{
			const StreamShard *shard = lfirst(cell);

			if (shard->closed == 0)
				return false;
			if (shard->end.epoch == epoch->epoch && SequenceNumberCompare(&shard->end, end) > 0)
				*end = shard->end;
		}
	}
	return true;
}

/* Under a lock that no transaction gets past which would begin a stream in the epoch. */
static bool
EndEpoch(void)
{
	bool ended = false;

	StepBegin();
	if (StreamCatalogLock(ShareRowExclusiveLock) && !AnyStreamIsEnabled())
	{
		ChangeEpochEnd(NULL);
		ended = true;
	}
	StepCommit();
	return ended;
}

static bool
IsOver(const ChangeEpoch *epoch, SequenceNumber *end)
{
	bool over;

	StepBegin();
	over = !AnyStreamIsEnabled() && EndOfShards(epoch, end);
	StepCommit();
	return over;
}

void
EpochFinish(UpkeepRound *round)
{
	SequenceNumber end;
	ChangeEpoch epoch;

	if (!IsUnderWay(&epoch) || !IsOver(&epoch, &end))
		return;
	if (end.epoch != 0 && !CaptureHasReached(&end))
	{
		CaptureAwaken();
		round->soon = true;
		return;
	}
	/* First: while it waits for who enables a stream, the worker goes on. */
	if (!EndEpoch())
		return;
	CaptureStop(MyDatabaseId);
	RemoveSlot();
	CaptureForget(MyDatabaseId);
}

/* --- the first stream --- */

static bool
IsWanted(void)
{
	ChangeEpoch epoch;
	bool wanted;

	if (IsUnderWay(&epoch))
		return false;
	StepBegin();
	wanted = AnyStreamIsEnabled();
	StepCommit();
	return wanted;
}

/* What a round that was cut short has left, or somebody has made. */
static void
RemoveUnused(void)
{
	ChangeEpoch epoch;
	CaptureSlotState state = CaptureSlotRead(MyDatabaseId).state;

	if ((state == CAPTURE_SLOT_WHOLE || state == CAPTURE_SLOT_INVALID) && !IsUnderWay(&epoch))
	{
		CaptureStop(MyDatabaseId);
		RemoveSlot();
	}
}

/* In a transaction. */
static const char *
ReasonOfNext(void)
{
	ChangeEpoch *last = palloc_object(ChangeEpoch);

	return ChangeEpochLast(last) && last->loss[0] != '\0' ? last->loss : REASON_ENABLED;
}

/*
 * False where no stream is enabled any more. Streams that began in a lost epoch can all be seen
 * now: making the slot has waited for their transactions.
 */
static bool
WriteEpoch(XLogRecPtr start)
{
	bool begun = false;
	Segment segment;
	ChangeEpoch last;

	StepBegin();
	if (ChangeEpochLast(&last) && last.loss[0] != '\0')
		LoseRemaining(&last);
	if (AnyStreamIsEnabled())
	{
		(void) ChangeEpochBegin(start, ReasonOfNext());
		OriginMake();
		if (!SegmentPending(&segment))
			(void) SegmentMake();
		begun = true;
	}
	StepCommit();
	return begun;
}

void
EpochBegin(UpkeepRound *round)
{
	XLogRecPtr start;

	RemoveUnused();
	if (!IsWanted())
		return;
	SlotCheckServer();
	CaptureNote(CAPTURE_PREPARING, NULL);
	start = SlotMake();
	if (!WriteEpoch(start))
		RemoveSlot();
	CaptureNote(CAPTURE_STOPPED, NULL);
}

void
EpochContinue(UpkeepRound *round)
{
	ChangeEpoch epoch;
	Segment pending;

	if (!IsUnderWay(&epoch))
		return;
	StepBegin();
	if (!SegmentPending(&pending) && SegmentIsDue())
		pending = SegmentMake();
	StepCommit();
	CaptureStart(); /* first: it takes the place that has what is handed over */
	if (pending.number != 0)
		CaptureHandOver(pending.number, pending.relation);
}

void
EpochRemove(UpkeepRound *round)
{
	CaptureStop(MyDatabaseId);
	RemoveSlot();
	CaptureForget(MyDatabaseId);
}
