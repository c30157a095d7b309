/*
 * See capture_slot.h.
 */
#include "storage/stream/capture_slot.h"

#include "replication/slot.h"
#include "storage/spin.h"

#include "compat.h"

#define PLUGIN "dynamo"

char *
CaptureName(Oid database)
{
	return psprintf(CAPTURE_NAME_PREFIX "%u", database);
}

bool
CaptureNameParse(const char *name, Oid *database)
{
	int prefix = strlen(CAPTURE_NAME_PREFIX);
	unsigned long number;
	char *end;

	if (strncmp(name, CAPTURE_NAME_PREFIX, prefix) != 0 || name[prefix] < '1' || name[prefix] > '9')
		return false;
	errno = 0;
	number = strtoul(name + prefix, &end, 10);
	if (errno != 0 || *end != '\0' || number > PG_UINT32_MAX)
		return false;
	*database = (Oid) number;
	return true;
}

static CaptureSlotState
StateOf(const ReplicationSlotPersistentData *data, Oid database)
{
	if (data->database != database || strcmp(NameStr(data->plugin), PLUGIN) != 0)
		return CAPTURE_SLOT_FOREIGN;
	if (data->persistency != RS_PERSISTENT)
		return CAPTURE_SLOT_IN_MAKING;
	return SlotIsInvalidated(data) ? CAPTURE_SLOT_INVALID : CAPTURE_SLOT_WHOLE;
}

CaptureSlot
CaptureSlotRead(Oid database)
{
	ReplicationSlotPersistentData data;
	CaptureSlot found = { CAPTURE_SLOT_ABSENT };
	ReplicationSlot *slot;
	char *name = CaptureName(database);

	/* A slot may be dropped as soon as the lock is released. */
	LWLockAcquire(ReplicationSlotControlLock, LW_SHARED);
	slot = SearchNamedReplicationSlot(name, false);
	if (slot != NULL)
	{
		SpinLockAcquire(&slot->mutex);
		data = slot->data;
		found.active_pid = slot->active_pid;
		SpinLockRelease(&slot->mutex);
		found.state = StateOf(&data, database);
		found.restart = data.restart_lsn;
		found.confirmed = data.confirmed_flush;
	}
	LWLockRelease(ReplicationSlotControlLock);
	pfree(name);
	return found;
}
