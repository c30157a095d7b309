/*
 * A worker whose answers wait for the flusher counts as active, as a session that waits in its
 * commit does, with the wait event that such a session shows.
 */
#include "http/activity.h"

#include "pgstat.h"
#include "utils/wait_event.h"

#include "http/process/flusher.h"
#include "http/held.h"
#include "operation/resource.h"
#include "session/wait_event.h"

static bool active = false;

void
ActivityReport(const char *text)
{
	pgstat_report_activity(STATE_RUNNING, text);
	active = true;
}

void
ActivityReportOperation(const HttpRequest *request)
{
	char text[OPERATION_TEXT_SIZE];

	OperationText(request->operation, request->input, text);
	ActivityReport(text);
}

void
ActivityEndRound(void)
{
	if (!active || HeldWait())
		return;
	pgstat_report_activity(STATE_IDLE, NULL);
	active = false;
}

uint32
ActivityWaitEvent(void)
{
	if (!HeldWait())
		return WaitEventFor(WAIT_FOR_REQUESTS);
	return FlusherWaitsForStandby() ? WAIT_EVENT_SYNC_REP : WAIT_EVENT_WAL_SYNC;
}
