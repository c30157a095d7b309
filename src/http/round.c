/*
 * Runs the requests that are ready as one round of group commit, and keeps their
 * answers until what they show is durable.
 */
#include "http/round.h"

#include "access/xact.h"
#include "utils/timestamp.h"

#include "http/wire/body.h"
#include "http/process/commit.h"
#include "http/execute.h"
#include "http/process/flusher.h"
#include "http/held.h"
#include "http/parked.h"
#include "http/wire/request.h"
#include "http/wire/server.h"
#include "http/report/counting.h"
#include "http/report/timing.h"

/* Answers wait in memory to become durable; while there are more of them nothing is run. */
#define HELD_MAX_BYTES (16 * 1024 * 1024)

/*
 * A round with so much to answer ends: clients read its answers while the next
 * one runs, and the answers of that take the memory that these have left.
 */
#define ROUND_BYTES (64 * 1024)

/* One that takes so long ends too, so that clients get the answers that are there. */
#define ROUND_MILLISECONDS 3

static int own_number;
static XLogRecPtr held_until; /* up to where the answers held wait; never less than before */
static int unasked;           /* of them: the flusher has not been asked to make them durable */

void
HttpRoundInit(int worker)
{
	own_number = worker;
	FlusherAttach(worker);
}

bool
HttpRoundIsDue(void)
{
	return !dlist_is_empty(&http_requests) && http_held_bytes < HELD_MAX_BYTES &&
	       !BodyMemoryIsShort();
}

static void
Hold(HttpRequest *request, dlist_head *done)
{
	dlist_push_tail(done, &request->link);
	request->linked = true;
	request->held_bytes = request->body.len;
	http_held_bytes += request->held_bytes;
	unasked++;
}

static bool
HasLasted(TimestampTz begin)
{
	return TimestampDifferenceExceeds(begin, GetCurrentTimestamp(), ROUND_MILLISECONDS);
}

static void
RunRequests(dlist_head *done)
{
	int64 enough = http_held_bytes + ROUND_BYTES;
	TimestampTz begin = 0;

	do
	{
		HttpRequest *request = dlist_head_element(HttpRequest, link, &http_requests);

		dlist_delete(&request->link);
		request->linked = false;
		if (HttpExecute(request))
			Hold(request, done);
		if (begin == 0)
			begin = GetCurrentStatementStartTimestamp();
	} while (HttpRoundIsDue() && http_held_bytes < enough && !HasLasted(begin));
}

/*
 * A flush costs as much for many as for few. So while there are more requests to
 * run the flusher is asked for half of those that are there: it makes these
 * durable while the other half runs.
 */
static bool
AreEnough(int requests)
{
	return requests * 2 >= http_open_requests - http_parked_requests;
}

bool
HttpRoundIsUnasked(void)
{
	return unasked > 0;
}

void
HttpRoundAsk(void)
{
	if (unasked > 0 && held_until > FlusherDurable())
		FlusherRequest(own_number, held_until);
	unasked = 0;
}

void
HttpRoundRun(void)
{
	dlist_head done = DLIST_STATIC_INIT(done);
	XLogRecPtr end;

	RunRequests(&done);

	/*
	 * Where the round before met a commit whose end was not
	 * known, it waits for more than this one need, and must not be forgotten for it.
	 */
	end = Max(held_until, GroupCommitEnd());
	held_until = end;
	if (end <= FlusherDurable() || AreEnough(unasked))
		HttpRoundAsk();
	while (!dlist_is_empty(&done))
	{
		HttpRequest *request = dlist_container(HttpRequest, link, dlist_pop_head_node(&done));

		HeldAdd(request, end);
	}
}

static void
Answer(HttpRequest *request)
{
	http_held_bytes -= request->held_bytes;
	request->held_bytes = 0;
	TimingAnswer(request);
	CountingAnswer(request);
	ServerAnswer(request);
}

bool
HttpRoundAnswer(void)
{
	bool answered = false;
	HttpRequest *request;

	while ((request = HeldNext()) != NULL)
	{
		Answer(request);
		answered = true;
	}
	return answered;
}
