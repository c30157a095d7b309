/*
 * Checks what a capture worker finds: the last epoch, the slot and the origin must be of this
 * server's WAL, and of each other.
 *
 * Nothing is confirmed to the slot that the origin does not have. So an origin that is behind its
 * slot has a slot that was made after it, without the changes between the two. A new epoch's origin
 * is at no position; its slot begins where the epoch does.
 */
#include "change/capture/capture_start.h"

#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "miscadmin.h"
#include "replication/slot.h"
#include "utils/inval.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "storage/stream/capture_slot.h"
#include "storage/stream/change_epoch.h"

static const char *
EpochFault(const ChangeEpoch *epoch)
{
	if (epoch->ended != 0)
		return "the last epoch has ended";
	if (epoch->system_identifier != GetSystemIdentifier())
		return "the epoch is of another server's WAL";
	if (epoch->timeline != GetWALInsertionTimeLine())
		return "the epoch is of another timeline";
	return NULL;
}

static const char *
SlotFault(void)
{
	switch (CaptureSlotRead(MyDatabaseId).state)
	{
		case CAPTURE_SLOT_WHOLE:
			return NULL;
		case CAPTURE_SLOT_INVALID:
			return "WAL that the replication slot needs has been removed";
		default:
			return "the replication slot is missing";
	}
}

/* The slot is this process's. */
static const char *
PositionFault(XLogRecPtr position)
{
	if (position > GetFlushRecPtr(NULL))
		return "the position lies behind the end of WAL";
	if (position < MyReplicationSlot->data.confirmed_flush)
		return "the replication slot begins behind the position";
	return NULL;
}

/* In a transaction. */
static const char *
TakeUp(CaptureStart *start)
{
	char *name = CaptureName(MyDatabaseId);
	ChangeEpoch epoch;
	const char *fault;

	if (!ChangeEpochLast(&epoch))
		return "there is no epoch";
	if ((fault = EpochFault(&epoch)) != NULL || (fault = SlotFault()) != NULL)
		return fault;
	start->origin = replorigin_by_name(name, true);
	if (start->origin == InvalidRepOriginId)
		return "the replication origin is missing";
	TakeReplicationOrigin(start->origin);
	replorigin_session_origin = start->origin;
	start->position = Max(replorigin_session_get_progress(false), epoch.start);
	start->epoch = epoch.epoch;
	start->has_segment = LogWriteStart(epoch.epoch, &start->segment);
	return NULL;
}

/* Decoding must not find in its caches what the catalogs are now. */
const char *
CaptureTakeUp(CaptureStart *start)
{
	char *name = CaptureName(MyDatabaseId);
	const char *fault;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	fault = TakeUp(start);
	PopActiveSnapshot();
	CommitTransactionCommand();
	InvalidateSystemCaches();
	if (fault != NULL)
		return fault;
	TakeReplicationSlot(name);
	return SlotIsInvalidated(&MyReplicationSlot->data)
	           ? "WAL that the replication slot needs has been removed"
	           : PositionFault(start->position);
}
