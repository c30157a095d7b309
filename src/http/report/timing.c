/*
 * See timing.h.
 */
#include "http/report/timing.h"

#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "auth/audit/audit.h"
#include "http/report/trace.h"
#include "operation/slow_log.h"

static double
Milliseconds(TimestampTz duration)
{
	return duration / 1000.0;
}

void
TimingArrive(HttpRequest *request)
{
	if (log_min_duration >= 0 || AuditIsOn())
		request->timing.arrived = GetCurrentTimestamp();
}

void
TimingBegin(HttpRequest *request)
{
	RequestTiming *timing = &request->timing;

	if (timing->arrived == 0)
		return;
	timing->begun = GetCurrentTimestamp();
	if (timing->attempts++ == 0)
		timing->queued = timing->begun - timing->arrived;
	else
		timing->parked += timing->begun - timing->ended;
}

void
TimingEnd(HttpRequest *request, bool parked)
{
	RequestTiming *timing = &request->timing;

	if (timing->arrived == 0)
		return;
	timing->ended = GetCurrentTimestamp();
	/* An attempt that ends at a lock was mostly a wait for it. */
	if (parked)
		timing->parked += timing->ended - timing->begun;
	else
		timing->ran = timing->ended - timing->begun;
}

void
TimingNote(HttpRequest *request)
{
	if (log_min_duration >= 0 && request->timing.arrived != 0 && request->timing.note == NULL)
		request->timing.note = MemoryContextStrdup(http_answer_context,
		                                           SlowLogNote(request->operation, request->input));
}

/* What the log calls a request that could not be read. */
static const char *
NameOf(const HttpRequest *request)
{
	if (request->timing.note != NULL)
		return request->timing.note;
	return request->operation != NULL ? request->operation->name.data : "a request";
}

static void
Log(HttpRequest *request, TimestampTz now)
{
	const RequestTiming *timing = &request->timing;
	ErrorContextCallback trace;

	TraceBegin(request, &trace);
	ereport(
	    LOG,
	    (errmsg("dynamo: %s took %.3f ms", NameOf(request), Milliseconds(now - timing->arrived)),
	     errdetail("It waited %.3f ms for its turn, %.3f ms for locks in %d attempts, ran "
	               "for %.3f ms, waited %.3f ms to become durable, and had status %d.",
	               Milliseconds(timing->queued), Milliseconds(timing->parked), timing->attempts,
	               Milliseconds(timing->ran), Milliseconds(now - timing->ended), request->status)));
	TraceEnd(&trace);
}

void
TimingAnswer(HttpRequest *request)
{
	MemoryContext caller = CurrentMemoryContext;
	TimestampTz now;

	if (request->timing.arrived == 0 || request->timing.attempts == 0)
		return;
	now = GetCurrentTimestamp();
	if (!SlowLogIsDue(request->timing.arrived, now))
		return;
	PG_TRY();
	{
		Log(request, now);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		FlushErrorState();
	}
	PG_END_TRY();
}

void
TimingForget(HttpRequest *request)
{
	if (request->timing.arrived == 0)
		return;
	if (request->timing.note != NULL)
		pfree(request->timing.note);
	memset(&request->timing, 0, sizeof(RequestTiming));
}
