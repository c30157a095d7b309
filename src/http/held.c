/*
 * Keeps answers until what they show is durable, those that depend on WAL in the
 * order in which they were made; the others go out at once. What does not become
 * durable in time, for want of a synchronous standby or of a disk that answers, is
 * answered by an error, so that no client hangs and no answer is kept for ever.
 */
#include "http/held.h"

#include <limits.h>

#include "utils/timestamp.h"

#include "http/answer.h"
#include "http/process/flusher.h"
#include "http/process/log_limit.h"
#include "http/process/settings.h"

static dlist_head free_answers = DLIST_STATIC_INIT(free_answers); /* that depend on nothing */
static dlist_head waiting = DLIST_STATIC_INIT(waiting);

static TimestampTz
GiveUpTime(void)
{
	if (http_durability_timeout == 0)
		return DT_NOEND;
	return TimestampTzPlusMilliseconds(GetCurrentTimestamp(), http_durability_timeout);
}

void
HeldAdd(HttpRequest *request, XLogRecPtr end)
{
	if (!request->depends)
	{
		dlist_push_tail(&free_answers, &request->link);
		return;
	}
	request->durable_at = end;
	request->give_up_at = DT_NOEND;
	if (end > FlusherDurable())
		request->give_up_at = GiveUpTime();
	dlist_push_tail(&waiting, &request->link);
}

static void
LogGivingUp(void)
{
	static LogLimit limit;
	int64 passed_over;

	if (!LogIsDue(&limit, &passed_over))
		return;
	ereport(LOG, (errmsg("dynamo gave up waiting for %s to confirm what HTTP requests have written",
	                     FlusherWaitsForStandby() ? "a synchronous standby" : "the disk"),
	              passed_over > 0 ? errdetail("Since the last such message, " INT64_FORMAT
	                                          " more requests had no other answer.",
	                                          passed_over)
	                              : 0,
	              FlusherWaitsForStandby()
	                  ? errhint("See synchronous_standby_names and pg_stat_replication.")
	                  : 0));
}

static void
AnswerGivenUp(HttpRequest *request)
{
	const char *reason = FlusherWaitsForStandby()
	                         ? "No synchronous standby has confirmed in time what is written"
	                         : "The server's disk has not confirmed in time what is written";
	const char *outcome = request->writes ? "whether the request has taken effect is unknown"
	                                      : "what the request has read may not last";
	char *message = psprintf("%s: %s", reason, outcome);

	LogGivingUp();
	AnswerException(request, ExceptionDescribe(EXCEPTION_SERVICE_UNAVAILABLE), message, NULL);
	pfree(message);
}

/* Raises nothing: where there is no memory for it, the answer has no body. */
static void
GiveUp(HttpRequest *request)
{
	MemoryContext caller = CurrentMemoryContext;

	PG_TRY();
	{
		AnswerGivenUp(request);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		FlushErrorState();
		AnswerNothing(request, 503);
	}
	PG_END_TRY();
}

HttpRequest *
HeldNext(void)
{
	HttpRequest *request;

	if (!dlist_is_empty(&free_answers))
		return dlist_head_element(HttpRequest, link, &free_answers);
	if (dlist_is_empty(&waiting))
		return NULL;
	request = dlist_head_element(HttpRequest, link, &waiting);
	if (request->durable_at <= FlusherDurable())
		return request;
	if (request->give_up_at > GetCurrentTimestamp())
		return NULL;
	GiveUp(request);
	return request;
}

bool
HeldWait(void)
{
	return !dlist_is_empty(&waiting);
}

int
HeldMilliseconds(void)
{
	HttpRequest *first;

	if (dlist_is_empty(&waiting))
		return INT_MAX;
	first = dlist_head_element(HttpRequest, link, &waiting);
	if (first->give_up_at == DT_NOEND)
		return INT_MAX;
	return TimestampDifferenceMilliseconds(GetCurrentTimestamp(), first->give_up_at);
}
