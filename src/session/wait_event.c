/*
 * See wait_event.h.
 */
#include "session/wait_event.h"

#include "utils/wait_event.h"

#include "compat.h"

static const char *const names[] = {
	[WAIT_FOR_REQUESTS] = "DynamoHttpMain",      [WAIT_FOR_WORKERS] = "DynamoFlusherMain",
	[WAIT_FOR_CHANGES] = "DynamoSupervisorMain", [WAIT_FOR_ROUNDS] = "DynamoMaintenanceMain",
	[WAIT_FOR_COMMITS] = "DynamoCaptureMain",    [WAIT_FOR_EVENTS] = "DynamoTriggerMain",
	[WAIT_FOR_RECORDS] = "DynamoAuditMain",
};

uint32
WaitEventFor(WaitReason reason)
{
	static uint32 events[lengthof(names)];

	if (events[reason] == 0)
		events[reason] = NewWaitEvent(names[reason]);
	return events[reason];
}
