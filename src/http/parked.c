/*
 * Parked requests: who waits for what, and until when.
 *
 * Requests that wait for the same lock stand together in the list, in the order in
 * which they came. The first of them looks, for all, whether the lock has gone: one
 * look at the lock table. The worker's loop calls as often as a look is due; a wait
 * that has lasted is looked at less often. Where a lock has gone all that waited for
 * it run, one after the other, before requests that have come later.
 *
 * A lock may be free and yet not to be had, because others stand in line for it. Then
 * the pause between tries grows.
 *
 * Autovacuum, when it is asked to leave one partition of a table, goes on to the next: so
 * who has once waited long enough asks at once wherever it meets it again.
 *
 * A change of a table must not wait for ever behind readers that overlap: now and then it
 * queues for the lock itself, for a moment.
 */
#include "http/parked.h"

#include "access/xact.h"
#include "common/hashfn.h"
#include "storage/proc.h"
#include "utils/timestamp.h"

#include "http/wire/connection.h"
#include "http/wire/server.h"
#include "http/process/settings.h"
#include "http/report/counting.h"
#include "metrics/board.h"

/* Microseconds between looks: a sixteenth of the time waited, between these. */
#define SHORTEST_LOOK 1000
#define LONGEST_LOOK 5000
#define LOOKS_A_WAIT 16

/* Milliseconds between tries in vain. */
#define FIRST_PAUSE 5
#define LONGEST_PAUSE 100

#define INSIST_MILLISECONDS 500 /* between tries that stand in line */

#define AWAITED_COUNTERS 256

int http_parked_requests = 0;

static dlist_head parked = DLIST_STATIC_INIT(parked);
static uint32 awaited[AWAITED_COUNTERS]; /* parked requests by a hash of the lock they wait for */
static TimestampTz next_look;            /* none is due before */
static bool ended = false;

static uint32 *
CounterOf(const LOCKTAG *tag)
{
	return &awaited[hash_bytes((const unsigned char *) tag, sizeof(LOCKTAG)) % AWAITED_COUNTERS];
}

static bool
TagsEqual(const LOCKTAG *a, const LOCKTAG *b)
{
	return memcmp(a, b, sizeof(LOCKTAG)) == 0;
}

static bool
IsAwaited(const LOCKTAG *tag)
{
	dlist_iter iter;

	if (http_parked_requests == 0 || *CounterOf(tag) == 0)
		return false;
	dlist_foreach(iter, &parked)
	{
		const LockWait *wait = &dlist_container(HttpRequest, link, iter.cur)->parking.wait;

		if (wait->known && TagsEqual(&wait->tag, tag))
			return true;
	}
	return false;
}

void
HttpParkedInit(void)
{
	LockWaitInit(IsAwaited);
}

static bool
WaitTogether(const HttpRequest *a, const HttpRequest *b)
{
	return a->parking.wait.known && b->parking.wait.known &&
	       a->parking.wait.mode == b->parking.wait.mode &&
	       TagsEqual(&a->parking.wait.tag, &b->parking.wait.tag);
}

/* Behind the last that waits for the same. */
static void
Enlist(HttpRequest *request)
{
	dlist_iter iter;

	request->parking.parked = true;
	http_parked_requests++;
	(*CounterOf(&request->parking.wait.tag))++;
	dlist_reverse_foreach(iter, &parked)
	{
		if (WaitTogether(dlist_container(HttpRequest, link, iter.cur), request))
		{
			dlist_insert_after(iter.cur, &request->link);
			return;
		}
	}
	dlist_push_tail(&parked, &request->link);
}

static void
Unlist(HttpRequest *request)
{
	request->parking.parked = false;
	http_parked_requests--;
	(*CounterOf(&request->parking.wait.tag))--;
	dlist_delete(&request->link);
	request->linked = false;
	BoardRemove(request->id);
}

void
HttpParkingEnd(HttpRequest *request)
{
	if (request->parking.parked)
		Unlist(request);
	memset(&request->parking, 0, sizeof(Parking));
}

/* After a try that met the same as the one before, or nothing that can be looked at. */
static bool
TriedInVain(const HttpRequest *request, const LockWait *wait)
{
	return !wait->known ||
	       (request->parking.wait.known && request->parking.wait.mode == wait->mode &&
	        TagsEqual(&request->parking.wait.tag, &wait->tag));
}

static void
SetFirstTimes(HttpRequest *request, TimestampTz now)
{
	bool changes_table = request->operation != NULL && request->operation->changes_table;
	int limit = changes_table ? http_table_lock_timeout : http_lock_timeout;

	request->parking.since = now;
	request->parking.give_up_at =
	    TimestampTzPlusMilliseconds(GetCurrentStatementStartTimestamp(), limit);
	request->parking.insist_at =
	    changes_table ? TimestampTzPlusMilliseconds(now, INSIST_MILLISECONDS) : DT_NOEND;
	request->parking.autovacuum_at = TimestampTzPlusMilliseconds(now, DeadlockTimeout);
}

static void
SetTimes(HttpRequest *request, const LockWait *wait, TimestampTz now)
{
	if (wait->timeout > 0)
		request->parking.give_up_at =
		    Min(request->parking.give_up_at, TimestampTzPlusMilliseconds(now, wait->timeout));
	if (!TriedInVain(request, wait))
	{
		request->parking.pause = 0;
		if (request->parking.hurries_autovacuum)
			request->parking.autovacuum_at = now;
	}
	else
		request->parking.pause = request->parking.pause == 0
		                             ? FIRST_PAUSE
		                             : Min(request->parking.pause * 2, LONGEST_PAUSE);
	request->parking.look_at = request->parking.pause > 0
	                               ? TimestampTzPlusMilliseconds(now, request->parking.pause)
	                               : now + SHORTEST_LOOK;
}

bool
HttpPark(HttpRequest *request, const LockWait *wait)
{
	TimestampTz now = GetCurrentTimestamp();

	if (ended)
		return false;
	if (request->parking.since == 0)
		SetFirstTimes(request, now);
	SetTimes(request, wait, now);
	request->parking.wait = *wait;
	request->parking.insists = false;
	if (http_parked_requests == 0)
		next_look = request->parking.look_at;
	next_look = Min(next_look, Min(request->parking.look_at, request->parking.give_up_at));
	Enlist(request);
	request->linked = true;
	CountingPark(request, now);
	ServerSetAside(request);
	return true;
}

/* Whether the lock that the first of its group waits for has gone. */
static bool
Look(HttpRequest *first, TimestampTz now)
{
	TimestampTz pause = (now - first->parking.since) / LOOKS_A_WAIT;

	if (now < first->parking.look_at)
		return false;
	if (!first->parking.wait.known || LockWaitIsOver(&first->parking.wait))
		return true;
	first->parking.look_at = now + Max(SHORTEST_LOOK, Min(pause, LONGEST_LOOK));
	if (now >= first->parking.autovacuum_at)
	{
		LockWaitCancelAutovacuum(&first->parking.wait);
		first->parking.hurries_autovacuum = true;
		first->parking.autovacuum_at = TimestampTzPlusMilliseconds(now, DeadlockTimeout);
	}
	return false;
}

/* Whether the request is to run although the lock is still there. */
static bool
IsDue(HttpRequest *request, TimestampTz now)
{
	request->parking.client_is_gone = request->connection->ended;
	if (now >= request->parking.give_up_at || request->parking.client_is_gone)
		request->parking.last_try = true;
	if (request->parking.last_try)
		return true;
	if (now < request->parking.insist_at)
		return false;
	request->parking.insist_at = TimestampTzPlusMilliseconds(now, INSIST_MILLISECONDS);
	request->parking.insists = true;
	return true;
}

static TimestampTz
NextLook(const HttpRequest *request)
{
	return Min(Min(request->parking.look_at, request->parking.insist_at),
	           request->parking.give_up_at);
}

static void
Wake(dlist_head *woken)
{
	while (!dlist_is_empty(woken))
	{
		HttpRequest *request = dlist_tail_element(HttpRequest, link, woken);

		dlist_delete(&request->link);
		dlist_push_head(&http_requests, &request->link);
		request->linked = true;
	}
}

static void
FindDue(dlist_head *woken, TimestampTz now)
{
	HttpRequest *first = NULL;
	bool over = false;
	dlist_mutable_iter iter;

	next_look = DT_NOEND;
	dlist_foreach_modify(iter, &parked)
	{
		HttpRequest *request = dlist_container(HttpRequest, link, iter.cur);

		if (first == NULL || !WaitTogether(first, request))
		{
			first = request;
			over = Look(first, now);
		}
		else
			request->parking.look_at = first->parking.look_at;
		if (over || IsDue(request, now))
		{
			Unlist(request);
			dlist_push_tail(woken, &request->link);
		}
		else
			next_look = Min(next_look, NextLook(request));
	}
}

void
HttpParkedRun(void)
{
	dlist_head woken = DLIST_STATIC_INIT(woken);
	TimestampTz now;

	if (http_parked_requests == 0)
		return;
	now = GetCurrentTimestamp();
	if (now < next_look)
		return;
	FindDue(&woken, now);
	Wake(&woken);
}

long
HttpParkedWait(long wait)
{
	if (http_parked_requests == 0)
		return wait;
	return Min(wait, TimestampDifferenceMilliseconds(GetCurrentTimestamp(), next_look));
}

void
HttpParkedEnd(void)
{
	dlist_mutable_iter iter;

	ended = true;
	dlist_foreach_modify(iter, &parked)
	{
		HttpRequest *request = dlist_container(HttpRequest, link, iter.cur);

		Unlist(request);
		request->parking.last_try = true;
		dlist_push_tail(&http_requests, &request->link);
		request->linked = true;
	}
}
