/*
 * A clock that ticks while requests run. It is one of PostgreSQL's timeouts, so its
 * handler may interrupt anything, and only looks, and cancels as a user's cancellation does. A
 * request costs no timer of its own.
 *
 * Code of users may catch a cancellation and go on. It is cancelled again with each
 * tick, and when it has not ended for a while, the worker ends: the others that it
 * serves would wait for ever.
 */
#include "http/cancel.h"

#include <signal.h>

#include "access/xact.h"
#include "miscadmin.h"
#include "postmaster/interrupt.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#include "internals.h"
#include "http/process/settings.h"
#include "http/wire/connection.h"

/* Milliseconds. */
#define TICK 100
#define TICKS_A_LIMIT 4         /* at least, where the limit is short */
#define SHUTDOWN_GRACE 1000     /* for a request that runs when the server wants to stop */
#define CANCELLATION_GRACE 5000 /* before a request that does not end takes its worker along */

typedef enum Reason
{
	REASON_NONE,
	REASON_REQUEST_TIMEOUT,
	REASON_STATEMENT_TIMEOUT,
	REASON_CLIENT,
	REASON_SHUTDOWN
} Reason;

static const char *const reasons[] = {
	[REASON_REQUEST_TIMEOUT] = "The request took longer than dynamo.http_request_timeout",
	[REASON_STATEMENT_TIMEOUT] = "The request took longer than statement_timeout",
	[REASON_CLIENT] = "The client has closed the connection",
	[REASON_SHUTDOWN] = "The server is shutting down",
};

static TimeoutId clock_id;
static const HttpRequest *volatile watched; /* NULL: none runs */
static volatile sig_atomic_t reason;        /* for which it is cancelled */
static volatile sig_atomic_t late;          /* the reason at its deadline */
static volatile sig_atomic_t idle;          /* nothing was watched at the last tick */
static TimestampTz cancelled_at;
static TimestampTz shutdown_seen_at; /* 0: the server does not want to stop */

/* The shorter of the request's own limit and the role's, 0 where there is none. */
static int
Limit(Reason *whose)
{
	*whose = REASON_REQUEST_TIMEOUT;
	if (StatementTimeout > 0 &&
	    (http_request_timeout == 0 || StatementTimeout < http_request_timeout))
	{
		*whose = REASON_STATEMENT_TIMEOUT;
		return StatementTimeout;
	}
	return http_request_timeout;
}

static Reason
ReasonToCancel(TimestampTz now)
{
	if (now >= watched->context.deadline)
		return late;
	if (shutdown_seen_at != 0 && TimestampDifferenceExceeds(shutdown_seen_at, now, SHUTDOWN_GRACE))
		return REASON_SHUTDOWN;
	return HttpClientIsGone(watched) ? REASON_CLIENT : REASON_NONE;
}

static void
Cancel(TimestampTz now)
{
	if (TimestampDifferenceExceeds(cancelled_at, now, CANCELLATION_GRACE))
		EndOwnProcess();
	CancelOwnQuery();
	SetLatch(MyLatch);
}

static void
Tick(void)
{
	int saved_errno = errno;
	TimestampTz now = GetCurrentTimestamp();

	if (ShutdownRequestPending && shutdown_seen_at == 0)
		shutdown_seen_at = now;
	idle = watched == NULL;
	if (!idle && reason == REASON_NONE)
	{
		reason = ReasonToCancel(now);
		cancelled_at = now;
	}
	if (!idle && reason != REASON_NONE)
		Cancel(now);
	errno = saved_errno;
}

void
CancelInit(void)
{
	clock_id = RegisterTimeout(USER_TIMEOUT, Tick);
}

static void
StartClock(int limit)
{
	int tick = limit == 0 ? TICK : Max(1, Min(TICK, limit / TICKS_A_LIMIT));

	enable_timeout_every(clock_id, TimestampTzPlusMilliseconds(GetCurrentTimestamp(), tick), tick);
}

void
CancelWatch(HttpRequest *request)
{
	Reason whose;
	int limit = Limit(&whose);

	reason = REASON_NONE;
	late = whose;
	request->context.deadline =
	    limit > 0 ? TimestampTzPlusMilliseconds(GetCurrentStatementStartTimestamp(), limit)
	              : DT_NOEND;
	watched = request;
	if (!get_timeout_active(clock_id))
		StartClock(limit);
}

void
CancelUnwatch(void)
{
	watched = NULL;
	if (reason != REASON_NONE)
		ForgetCancellation();
}

const char *
CancelReason(void)
{
	return reasons[reason];
}

void
CancelRest(void)
{
	if (idle)
		disable_timeout(clock_id, false);
	idle = false;
}
