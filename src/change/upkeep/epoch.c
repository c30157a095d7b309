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
#include "storage/stream/stream_catalog.h"

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

static void
LoseStream(const StreamRow *row, const ChangeEpoch *epoch, const char *fault)
{
	SequenceNumber end = { .epoch = epoch->epoch + 1 };

	StreamEnd(row->table, row->label, InvalidOid, true);
	StreamClose(row, &end);
	ereport(WARNING, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
	                  errmsg("the stream of table \"%.*s\" ends: changes may be missing",
	                         BYTES_ARGS(row->table)),
	                  errdetail("%s.", fault), errhint("The table gets a new stream.")));
}

/* The position is not asked for: what is in the log of the epoch is all that will ever be. */
static void
LoseEpoch(const ChangeEpoch *epoch, const char *fault)
{
	ListCell *cell;

	StepBegin();
	if (StreamCatalogLock(ShareRowExclusiveLock))
	{
		ChangeEpochEnd(fault);
		foreach (cell, StreamRows((Bytes){ NULL, 0 }))
		{
			const StreamRow *row = lfirst(cell);

			if (row->disabled == 0)
				LoseStream(row, epoch, fault);
		}
	}
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

void
EpochCheck(UpkeepRound *round)
{
	ChangeEpoch epoch;
	const char *fault;

	if (!IsUnderWay(&epoch) || (fault = EpochFault(&epoch)) == NULL)
		return;
	CaptureStop(MyDatabaseId);
	LoseEpoch(&epoch, fault);
	RemoveSlot();
	/* How far the worker was is no longer how far the log is. */
	CaptureForget(MyDatabaseId);
	CaptureNote(CAPTURE_STOPPED, fault);
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

		foreach (cell, StreamShards(row->table, row->label))
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
	CaptureStop(MyDatabaseId);
	if (!EndEpoch())
		return;
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
		RemoveSlot();
}

/* In a transaction. */
static const char *
ReasonOfNext(void)
{
	ChangeEpoch *last = palloc_object(ChangeEpoch);

	return ChangeEpochLast(last) && last->loss[0] != '\0' ? last->loss : REASON_ENABLED;
}

/* False where no stream is enabled any more. */
static bool
WriteEpoch(XLogRecPtr start)
{
	bool begun = false;
	Segment segment;

	StepBegin();
	if (StreamCatalogLock(ShareRowExclusiveLock) && AnyStreamIsEnabled())
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
