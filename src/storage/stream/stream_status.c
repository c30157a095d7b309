/*
 * See stream_status.h.
 */
#include "storage/stream/stream_status.h"

#include "postgres.h"

#include "access/xlog.h"
#include "miscadmin.h"
#include "replication/slot.h"

#include "session/preload.h"
#include "storage/stream/capture_slot.h"
#include "storage/stream/change_epoch.h"
#include "storage/stream/shard_catalog.h"

static const char *const names[] = {
	[STREAM_ENABLING] = "ENABLING",
	[STREAM_ENABLED] = "ENABLED",
	[STREAM_DISABLING] = "DISABLING",
	[STREAM_DISABLED] = "DISABLED",
};

/* The slot outlives its epoch for a moment: what commits then gets into no record. */
static bool
EpochIsUnderWay(void)
{
	ChangeEpoch epoch;

	return ChangeEpochLast(&epoch) && epoch.ended == 0;
}

/* A standby has no such slot, and captures nothing: what it shows is its primary's. */
static bool
IsCaptured(void)
{
	return RecoveryInProgress() ||
	       (CaptureSlotRead(MyDatabaseId).state == CAPTURE_SLOT_WHOLE && EpochIsUnderWay());
}

static bool
AllAreClosed(const List *shards)
{
	ListCell *cell;

	foreach (cell, shards)
		if (((const StreamShard *) lfirst(cell))->closed == 0)
			return false;
	return true;
}

StreamStatus
StreamStatusOf(const StreamRow *row, const List *shards)
{
	if (row->disabled != 0)
		return AllAreClosed(shards) ? STREAM_DISABLED : STREAM_DISABLING;
	return IsCaptured() ? STREAM_ENABLED : STREAM_ENABLING;
}

const char *
StreamStatusName(StreamStatus status)
{
	return names[status];
}

bool
StreamIsComing(void)
{
	return IsPreloaded() && wal_level >= WAL_LEVEL_LOGICAL && max_replication_slots > 0 &&
	       !IsCaptured();
}
