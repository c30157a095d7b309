/*
 * A worker of triggers in one database.
 *
 * What it knows of triggers and shards is read anew when they have been changed, and now and then
 * while changes come. Between, shared memory says which shards may have changes; those get a batch
 * each in turn. One worker of a database calls endpoints and notifies; the others, or it alone
 * where there are none, call functions.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "tcop/tcopprot.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "change/capture/capture_wait.h"
#include "change/log/log_read.h"
#include "internals.h"
#include "maintenance/maintenance.h"
#include "session/clean_session.h"
#include "session/wait_event.h"
#include "session/worker_session.h"
#include "trigger/function_target.h"
#include "trigger/trigger_notify.h"
#include "trigger/trigger_place.h"
#include "trigger/trigger_target.h"
#include "trigger/worker/shard_call.h"
#include "trigger/worker/shard_work.h"
#include "trigger/worker/trigger_set.h"

#define MAX_CALLS 64         /* of endpoints, at once */
#define MAX_TRIGGER_CALLS 16 /* of one trigger, at once */
#define ROLE_SHARE 1000      /* milliseconds of a round, after which other roles come first */
#define REFRESH_BUSY 1000    /* milliseconds between two looks at the catalog while changes come */
#define REFRESH_IDLE 30000   /* the same while none do */
#define LOOK_WITHOUT_WAKING 100 /* milliseconds, where the capture worker cannot wake this one */
#define STATISTICS_BEFORE 1000  /* milliseconds of waiting, before which all counts are reported */
#define IDLE_EXIT 10000         /* milliseconds without triggers or streams, after which it ends */
#define LOCK_TIMEOUT "200ms"    /* functions wait for locks as long as they may run */

PGDLLEXPORT void DynamoTriggerMain(Datum argument);

typedef struct Worker
{
	TriggerSet set;
	int channels;
	EndpointCalls *calls;
	uint32 generation;
	TimestampTz refreshed;
	SequenceNumber refreshed_at; /* how far the log was complete then */
	TimestampTz useful;          /* when there was last a trigger or a stream */
	int next;                    /* in `order`: who is first in the next round */
	bool is_woken;
} Worker;

/* --- what there is to do --- */

/* Epoch 0 where nothing is captured: then only what is known to be waiting is looked at. */
static SequenceNumber
CapturedNow(void)
{
	SequenceNumber captured;

	return LogCapturedByWorker(&captured) ? captured : (SequenceNumber){ 0 };
}

static void
Refresh(Worker *worker)
{
	worker->generation = TriggersGeneration();
	worker->refreshed = GetCurrentTimestamp();
	worker->refreshed_at = CapturedNow();
	TriggerSetRefresh(&worker->set);
	ShardCallsBreakOffDropped();
	worker->channels = NotificationsRefresh();
	if (worker->set.triggers > 0 || worker->channels > 0)
		worker->useful = worker->refreshed;
}

/* Shards and streams come and go with changes, or slowly. */
static bool
IsToRefresh(const Worker *worker, const SequenceNumber *captured, TimestampTz now)
{
	bool busy =
	    worker->set.is_incomplete || SequenceNumberCompare(captured, &worker->refreshed_at) != 0;

	return worker->generation != TriggersGeneration() ||
	       TimestampDifferenceExceeds(worker->refreshed, now, busy ? REFRESH_BUSY : REFRESH_IDLE);
}

/* --- doing it --- */

static bool
MayCall(const Worker *worker, const ShardWork *work)
{
	return EndpointCallsCount(worker->calls) < MAX_CALLS &&
	       ShardCallsOf(work->key.trigger) < MAX_TRIGGER_CALLS;
}

/* Whether this worker, now, has a part in it. */
static bool
IsOurs(const ShardWork *work, bool endpoints, bool functions)
{
	return TargetIsEndpoint(work->trigger) ? endpoints : functions;
}

/* What follows a shard is read anew. */
static void
LookAtEnd(Worker *worker, const ShardWork *work)
{
	if (work != NULL && work->finished)
		worker->refreshed = 0;
}

/* What a role has had of a round. */
typedef struct RoleShare
{
	Oid role;   /* the key */
	int64 used; /* milliseconds */
} RoleShare;

static HTAB *
NewShares(void)
{
	HASHCTL control = { .keysize = sizeof(Oid),
		                .entrysize = sizeof(RoleShare),
		                .hcxt = CurrentMemoryContext };

	return hash_create("dynamo roles of triggers", 16, &control,
	                   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

static RoleShare *
ShareOf(HTAB *shares, const ShardWork *work)
{
	bool found;
	RoleShare *share = hash_search(shares, &work->trigger->owner, HASH_ENTER, &found);

	if (!found)
		share->used = 0;
	return share;
}

/* Whether the worker had something to do for it. The work's trigger may be gone then. */
static bool
DoWork(Worker *worker, ShardWork *work)
{
	if (!TargetIsEndpoint(work->trigger))
		ShardRunFunction(work);
	else if (MayCall(worker, work))
		ShardCallStart(work, worker->calls);
	else
		return false;
	LookAtEnd(worker, work);
	return true;
}

/*
 * Gives each shard that is due a batch, beginning with another one each time; whether one was. Of
 * a role that has had its share of the time others are left for the next rounds, where there are
 * triggers of several: its slow functions hold up its own.
 */
static bool
WorkThrough(Worker *worker, const SequenceNumber *captured)
{
	bool endpoints = TriggerPlaceServesEndpoints();
	bool functions = !endpoints || TriggerPlaceIsAlone();
	int count = list_length(worker->set.order);
	HTAB *shares = NewShares();
	bool any = false;

	for (int i = 0; i < count && worker->generation == TriggersGeneration(); i++)
	{
		ShardWork *work = list_nth(worker->set.order, (worker->next + i) % count);
		TimestampTz now = GetCurrentTimestamp();
		RoleShare *share = ShareOf(shares, work);

		CHECK_FOR_INTERRUPTS();
		if (!IsOurs(work, endpoints, functions) || !ShardIsDue(work, captured, now))
			continue;
		if (worker->set.several_owners && share->used >= ROLE_SHARE)
			any = true;
		else if (DoWork(worker, work))
		{
			share->used += TimestampDifferenceMilliseconds(now, GetCurrentTimestamp());
			any = true;
		}
	}
	worker->next = count == 0 ? 0 : (worker->next + 1) % count;
	return any;
}

static void
EndCalls(Worker *worker)
{
	EndpointCall *call;

	while ((call = EndpointCallsNext(worker->calls)) != NULL)
	{
		ShardWork *work = TriggerSetFind(&worker->set, ShardCallKey(call));

		ShardCallEnd(work, call);
		LookAtEnd(worker, work);
	}
}

/* --- waiting --- */

static long
MillisecondsTo(TimestampTz time)
{
	return Max(1, TimestampDifferenceMilliseconds(GetCurrentTimestamp(), time));
}

/* When the next shard that waits for a time is due, or the catalog is to be looked at. */
static long
NextLook(const Worker *worker)
{
	TimestampTz now = GetCurrentTimestamp();
	int pause = worker->set.is_incomplete ? REFRESH_BUSY : REFRESH_IDLE;
	long wait = MillisecondsTo(TimestampTzPlusMilliseconds(worker->refreshed, pause));
	ListCell *cell;

	if (!worker->is_woken)
		wait = LOOK_WITHOUT_WAKING;
	foreach (cell, worker->set.order)
	{
		const ShardWork *work = lfirst(cell);

		if (!work->finished && !work->in_call && work->more && work->not_before > now)
			wait = Min(wait, MillisecondsTo(work->not_before));
	}
	if (worker->set.triggers == 0 && worker->channels == 0)
		wait = Min(wait, IDLE_EXIT / 10);
	return wait;
}

static void
Wait(Worker *worker, long timeout)
{
	pgstat_report_activity(STATE_IDLE, NULL);
	/* Of what functions have written autovacuum knows by this alone. */
	(void) pgstat_report_stat(timeout >= STATISTICS_BEFORE);
	EndpointCallsWait(worker->calls, timeout, WaitEventFor(WAIT_FOR_EVENTS));
	CHECK_FOR_INTERRUPTS();
	if (ConfigReloadPending)
	{
		ConfigReloadPending = false;
		ProcessConfigFile(PGC_SIGHUP);
	}
	CatchUpWithInvalidations();
}

/* Between batches: nothing to do for a while, or another database waits for a place. */
static bool
IsToEnd(const Worker *worker)
{
	if (TriggerPlaceIsWanted() || SessionIsWornOut())
		return true;
	return worker->set.triggers == 0 && worker->channels == 0 &&
	       EndpointCallsCount(worker->calls) == 0 &&
	       TimestampDifferenceExceeds(worker->useful, GetCurrentTimestamp(), IDLE_EXIT);
}

static void
Round(Worker *worker)
{
	SequenceNumber captured = CapturedNow();
	bool any;
	long pause = -1;

	if (IsToRefresh(worker, &captured, GetCurrentTimestamp()))
		Refresh(worker);
	EndCalls(worker);
	any = WorkThrough(worker, &captured);
	if (TriggerPlaceServesEndpoints())
		pause = NotificationsSend();
	if (any)
		Wait(worker, 0);
	else
		Wait(worker, pause < 0 ? NextLook(worker) : Min(pause, NextLook(worker)));
}

/* --- the process --- */

static void
Connect(Oid database)
{
	pqsignal(SIGTERM, die);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();
	WorkerSessionBegin(database, "triggers", LOCK_TIMEOUT);
	FunctionTargetInit();
}

void
DynamoTriggerMain(Datum argument)
{
	Worker worker = { 0 };

	Connect(DatumGetObjectId(argument));
	if (!TriggerPlaceTake())
		proc_exit(0);
	ShardCallsBreakOffAtExit();
	worker.is_woken = CaptureWaitBegin();
	worker.useful = GetCurrentTimestamp();
	worker.calls = EndpointCallsCreate(TopMemoryContext);
	MemoryContextSwitchTo(AllocSetContextCreate(TopMemoryContext, "dynamo worker of triggers",
	                                            ALLOCSET_DEFAULT_SIZES));
	Refresh(&worker);
	while (!IsToEnd(&worker))
	{
		Round(&worker);
		MemoryContextReset(CurrentMemoryContext);
	}
	proc_exit(0);
}
