/*
 * See shard_life.h.
 */
#include "change/upkeep/shard_life.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "change/log/log_horizon.h"
#include "change/upkeep/capture_control.h"
#include "change/upkeep/segment.h"
#include "change/upkeep/settings.h"
#include "maintenance/maintenance.h"
#include "storage/stream/change_epoch.h"
#include "storage/stream/shard_catalog.h"

/* While shards are rolled the capture worker waits: it must not for long. */
#define SHARDS_AT_ONCE 500

/* Where all that was committed by now ends. */
static SequenceNumber
EndOfWal(void)
{
	SequenceNumber end = { .epoch = FIRST_EPOCH };
	ChangeEpoch epoch;

	if (!ChangeEpochLast(&epoch))
		return end;
	if (epoch.ended != 0)
		return (SequenceNumber){ .epoch = epoch.epoch + 1 };
	return (SequenceNumber){ .epoch = epoch.epoch, .commit = GetXLogInsertRecPtr() };
}

static bool
AnyIsOpen(const List *shards)
{
	ListCell *cell;

	foreach (cell, shards)
		if (((const StreamShard *) lfirst(cell))->closed == 0)
			return true;
	return false;
}

void
ShardsClose(UpkeepRound *round)
{
	SequenceNumber end;
	ListCell *cell;

	StepBegin();
	end = EndOfWal();
	foreach (cell, StreamRows((Bytes){ NULL, 0 }))
	{
		const StreamRow *row = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		if (row->disabled != 0 && AnyIsOpen(StreamShardsReadable(row)))
			StreamClose(row, &end);
	}
	StepCommit();
}

typedef struct DueShard
{
	const StreamRow *row;
	const StreamShard *shard;
} DueShard;

/* Appends those of one stream, and keeps it from being ended; none where that is under way. */
static List *
AddDueShards(List *due, const StreamRow *row, TimestampTz limit)
{
	bool locked = false;
	ListCell *cell;

	foreach (cell, StreamShardsReadable(row))
	{
		const StreamShard *shard = lfirst(cell);
		DueShard *found;

		if (shard->closed != 0 || shard->opened > limit || list_length(due) == SHARDS_AT_ONCE)
			continue;
		if (!locked && !StreamTryLock(row))
			break;
		locked = true;
		found = palloc_object(DueShard);
		*found = (DueShard){ row, shard };
		due = lappend(due, found);
	}
	return due;
}

/* In a transaction; palloc'd. */
static List *
DueShards(void)
{
	TimestampTz limit = MinutesAgo(stream_shard_lifetime);
	List *due = NIL;
	ListCell *cell;

	foreach (cell, StreamRows((Bytes){ NULL, 0 }))
		if (((const StreamRow *) lfirst(cell))->disabled == 0)
			due = AddDueShards(due, lfirst(cell), limit);
	return due;
}

/*
 * A reader of an open shard must not get past where it is about to be closed. Readers read what is
 * in the log: so the worker adds nothing from before the end is determined until it can be seen.
 */
static bool
RollSome(void)
{
	SequenceNumber end;
	ChangeEpoch epoch;
	List *due;
	ListCell *cell;
	bool more;

	StepBegin();
	if (!ChangeEpochLast(&epoch) || epoch.ended != 0 || (due = DueShards()) == NIL)
	{
		StepCommit();
		return false;
	}
	SegmentsLock();
	end = EndOfWal();
	foreach (cell, due)
		StreamShardRoll(((DueShard *) lfirst(cell))->row, ((DueShard *) lfirst(cell))->shard, &end);
	more = list_length(due) == SHARDS_AT_ONCE;
	StepCommit();
	return more;
}

void
ShardsRoll(UpkeepRound *round)
{
	while (RollSome())
		CHECK_FOR_INTERRUPTS();
}

/* --- retention --- */

/* In a transaction: forgets what of the stream has expired. */
static void
TrimStream(const StreamRow *row, TimestampTz limit)
{
	bool all = true;
	ListCell *cell;

	foreach (cell, StreamShardsReadable(row))
	{
		const StreamShard *shard = lfirst(cell);

		if (shard->closed != 0 && shard->closed <= limit)
			StreamShardForget(row, shard);
		else
			all = false;
	}
	if (all && row->disabled != 0 && row->disabled <= limit)
		StreamForget(row);
}

static void
TrimStreams(void)
{
	TimestampTz limit = MinutesAgo(stream_retention);
	ListCell *cell;

	StepBegin();
	foreach (cell, StreamRows((Bytes){ NULL, 0 }))
	{
		CHECK_FOR_INTERRUPTS();
		TrimStream(lfirst(cell), limit);
	}
	LogHorizonTrim();
	StepCommit();
}

/* In the current context. */
static List *
ExpiredSegments(void)
{
	MemoryContext caller = CurrentMemoryContext;
	List *copies = NIL;
	List *expired;
	ListCell *cell;

	StepBegin();
	expired = SegmentsExpired();
	MemoryContextSwitchTo(caller);
	foreach (cell, expired)
	{
		Segment *copy = palloc_object(Segment);

		*copy = *(const Segment *) lfirst(cell);
		copies = lappend(copies, copy);
	}
	StepCommit();
	MemoryContextSwitchTo(caller);
	return copies;
}

/* One at a time: a reader may hold it, which then goes in the next round. */
static void
DropSegment(const Segment *segment)
{
	StepBegin();
	SegmentDrop(segment);
	StepCommit();
}

void
LogTrim(UpkeepRound *round)
{
	ListCell *cell;

	TrimStreams();
	foreach (cell, ExpiredSegments())
		DropSegment(lfirst(cell));
}
