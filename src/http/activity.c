/*
 * A worker whose answers wait for the flusher counts as active, as a session that waits in its
 * commit does, with the wait event that such a session shows.
 */
#include "http/activity.h"

#include "access/xact.h"
#include "pgstat.h"
#include "utils/wait_event.h"

#include "http/process/flusher.h"
#include "http/held.h"
#include "operation/resource.h"
#include "session/wait_event.h"

/* Requests that follow each other so fast and are of the same text are shown as one. */
#define SAME_ACTIVITY (10 * USECS_PER_SEC / 1000)

static bool active = false;
static TimestampTz reported_until = 0;
static char reported[OPERATION_TEXT_SIZE]; /* of the request before, while active; else empty */

void
ActivityReport(const char *text)
{
	pgstat_report_activity(STATE_RUNNING, text);
	active = true;
	reported[0] = '\0';
}

void
ActivityReportOperation(const HttpRequest *request)
{
	char text[OPERATION_TEXT_SIZE];

	OperationText(request->operation, request->input, text);
	if (active && GetCurrentStatementStartTimestamp() < reported_until &&
	    strcmp(text, reported) == 0)
		return;
	ActivityReport(text);
	reported_until = GetCurrentStatementStartTimestamp() + SAME_ACTIVITY;
	memcpy(reported, text, strlen(text) + 1);
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
