/*
 * A worker of triggers in one database.
 *
 * What it knows of triggers and shards is read anew when they have been changed, and now and then
 * while changes come. Between, shared memory says which shards may have changes; those get a batch
 * each in turn. One worker of a database calls endpoints and notifies; the others, or it alone
 * where there are none, call functions.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "tcop/tcopprot.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "change/capture/capture_wait.h"
#include "change/log/log_read.h"
#include "internals.h"
#include "maintenance/maintenance.h"
#include "session/clean_session.h"
#include "session/wait_event.h"
#include "session/worker_session.h"
#include "storage/catalog/catalog.h"
#include "trigger/dead_letter.h"
#include "trigger/function_target.h"
#include "trigger/shard_work.h"
#include "trigger/trigger_notify.h"
#include "trigger/trigger_place.h"
#include "trigger/trigger_target.h"

#define MAX_CALLS 64         /* of endpoints, at once */
#define MAX_TRIGGER_CALLS 16 /* of one trigger, at once */
#define REFRESH_BUSY 1000    /* milliseconds between two looks at the catalog while changes come */
#define REFRESH_IDLE 30000   /* the same while none do */
#define LOOK_WITHOUT_WAKING 100 /* milliseconds, where the capture worker cannot wake this one */
#define STATISTICS_BEFORE 1000  /* milliseconds of waiting, before which all counts are reported */
#define IDLE_EXIT 10000         /* milliseconds without triggers or streams, after which it ends */

PGDLLEXPORT void DynamoTriggerMain(Datum argument);

/* What is known of the database. */
typedef struct TriggerSet
{
	MemoryContext context;
	HTAB *shards; /* ShardWork by its key */
	List *order;  /* the same, ShardWork pointers, in turn */
	int triggers;
	int channels;
	bool is_ending; /* a stream is disabled, and not read to its end */
} TriggerSet;

typedef struct Worker
{
	TriggerSet set;
	EndpointCalls *calls;
	uint32 generation;
	TimestampTz refreshed;
	SequenceNumber refreshed_at; /* how far the log was complete then */
	TimestampTz useful;          /* when there was last a trigger or a stream */
	int next;                    /* in `order`: who is first in the next round */
	bool is_woken;
} Worker;

/* --- what there is to do --- */

/* A trigger that is being read, in a transaction. */
typedef struct TriggerRead
{
	TriggerSet *set;
	const TriggerSet *before; /* what was known */
	EventTrigger *trigger;    /* in the set's memory */
	EventFilters *filters;
} TriggerRead;

static ShardWork *
FindWork(const TriggerSet *set, const ShardKey *key)
{
	return set->shards == NULL ? NULL : hash_search(set->shards, key, HASH_FIND, NULL);
}

/* What was remembered of the shard stays. */
static void
AddWork(const TriggerRead *read, const StreamShard *shard, const ShardProgress *progress)
{
	ShardKey key = { read->trigger->id, shard->number };
	ShardKey parent = { read->trigger->id, shard->parent };
	const ShardWork *before = FindWork(read->before, &key);
	bool found;
	ShardWork *work = hash_search(read->set->shards, &key, HASH_ENTER, &found);
	MemoryContext transaction;

	*work = before != NULL
	            ? *before
	            : (ShardWork){ .position = progress->position, .stored = progress->position };
	work->key = key;
	work->trigger = read->trigger;
	work->filters = read->filters;
	work->parent = shard->parent == 0 ? NULL : FindWork(read->set, &parent);
	work->leaf = shard->leaf;
	work->closed = shard->end.epoch != 0;
	work->end = shard->end;
	work->finished = progress->finished;
	if (SequenceNumberCompare(&progress->position, &work->stored) != 0)
	{
		work->stored = work->position = progress->position;
		work->seen = (SequenceNumber){ 0 };
		work->not_before = 0;
	}
	if (progress->last_error != NULL)
		work->not_before = progress->next_attempt;
	/* The end of a closed shard is seen only by looking, where nothing is captured any more. */
	work->more |= work->closed || progress->last_error != NULL;
	transaction = MemoryContextSwitchTo(read->set->context);
	read->set->order = lappend(read->set->order, work);
	MemoryContextSwitchTo(transaction);
}

static const ShardProgress *
FindProgress(const List *rows, int64 shard)
{
	ListCell *cell;

	foreach (cell, rows)
		if (((ShardProgress *) lfirst(cell))->shard == shard)
			return lfirst(cell);
	return NULL;
}

static bool
HasShard(const List *shards, int64 number)
{
	ListCell *cell;

	foreach (cell, shards)
		if (((StreamShard *) lfirst(cell))->number == number)
			return true;
	return false;
}

/* Makes rows for new shards, and deletes those of shards that are no more. All rows. */
static List *
MatchProgress(const EventTrigger *trigger, const List *shards)
{
	List *rows = ShardProgressRead(trigger->id);
	List *added = NIL;
	ListCell *cell;

	foreach (cell, shards)
		if (FindProgress(rows, ((StreamShard *) lfirst(cell))->number) == NULL)
			added = lappend(added, lfirst(cell));
	foreach (cell, rows)
		if (!HasShard(shards, ((ShardProgress *) lfirst(cell))->shard))
			ShardProgressDeleteShard(trigger->id, ((ShardProgress *) lfirst(cell))->shard);
	if (added == NIL)
		return rows;
	ShardProgressBegin(trigger->id, added, NULL);
	return ShardProgressRead(trigger->id);
}

static bool
AllAreFinished(const List *rows)
{
	ListCell *cell;

	foreach (cell, rows)
		if (!((ShardProgress *) lfirst(cell))->finished)
			return false;
	return true;
}

/* Nothing tells which changes are missing: the dead letter says where reading ended. */
static void
WriteMissing(const EventTrigger *trigger, const List *rows)
{
	const ShardProgress *last = rows == NIL ? NULL : llast(rows);
	DeadLetter letter = { .trigger = trigger->id,
		                  .shard_id = last == NULL ? "" : last->shard_id,
		                  .reason = "ChangesMissing",
		                  .error = "the stream ended because changes may have been lost" };

	if (last != NULL)
		letter.first = letter.last = last->position;
	DeadLetterWrite(&letter);
}

/* A stream that has ended and has been read is followed by the table's next one. */
static bool
FollowStream(const EventTrigger *trigger, const StreamRow *ended, const List *rows)
{
	Table *table = TableOpen(trigger->table, 0);
	const TableStream *stream = table == NULL ? NULL : table->definition.stream;

	if (!StreamIsEnabled(stream) || stream->label == trigger->label ||
	    !EventTriggerSetLabel(trigger, stream->label))
		return false;
	if (ended == NULL || ended->changes_missing)
		WriteMissing(trigger, rows);
	ShardProgressDelete(trigger->id);
	ShardProgressBegin(trigger->id, StreamShards(trigger->table, stream->label), NULL);
	return true;
}

static void
ReadShards(TriggerRead *read)
{
	const EventTrigger *trigger = read->trigger;
	StreamRow stream;
	bool found = StreamRowFind(trigger->table, trigger->label, &stream);
	List *shards = found ? StreamShards(trigger->table, trigger->label) : NIL;
	List *rows = MatchProgress(trigger, shards);
	ListCell *cell;

	if (!found || stream.disabled != 0)
	{
		if (!AllAreFinished(rows))
			read->set->is_ending = true;
		else if (FollowStream(trigger, found ? &stream : NULL, rows))
		{
			TriggersChanged(); /* once this is committed it is read anew */
			return;
		}
	}
	foreach (cell, shards)
	{
		const StreamShard *shard = lfirst(cell);

		AddWork(read, shard, FindProgress(rows, shard->number));
	}
}

/* What is wrong with one trigger holds up no other one. */
static void
TryReadTrigger(TriggerRead *read)
{
	MemoryContext caller = CurrentMemoryContext;

	PG_TRY();
	{
		StartTransactionCommand();
		PushActiveSnapshot(GetTransactionSnapshot());
		MemoryContextSwitchTo(read->set->context);
		read->filters = EventFiltersParse(read->trigger->filters);
		MemoryContextSwitchTo(CurTransactionContext);
		ReadShards(read);
		PopActiveSnapshot();
		CommitTransactionCommand();
	}
	PG_CATCH();
	{
		MaintenanceEndError(caller, "reading of triggers", read->trigger->table);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
}

static List *
ReadTriggers(MemoryContext context)
{
	MemoryContext caller = CurrentMemoryContext;
	List *triggers = NIL;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	if (CatalogExists())
	{
		MemoryContextSwitchTo(context);
		triggers = EventTriggersEnabled();
	}
	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
	return triggers;
}

static HTAB *
NewShards(MemoryContext context)
{
	HASHCTL control = { .keysize = sizeof(ShardKey),
		                .entrysize = sizeof(ShardWork),
		                .hcxt = context };

	return hash_create("dynamo shards of triggers", 64, &control,
	                   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

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
	TriggerSet before = worker->set;
	TriggerSet *set = &worker->set;
	ListCell *cell;

	worker->generation = TriggersGeneration();
	worker->refreshed = GetCurrentTimestamp();
	worker->refreshed_at = CapturedNow();
	*set = (TriggerSet){ .context = AllocSetContextCreate(TopMemoryContext, "dynamo triggers",
		                                                  ALLOCSET_DEFAULT_SIZES) };
	set->shards = NewShards(set->context);
	foreach (cell, ReadTriggers(set->context))
	{
		TriggerRead read = { .set = set, .before = &before, .trigger = lfirst(cell) };

		set->triggers++;
		TryReadTrigger(&read);
	}
	set->channels = NotificationsRefresh();
	if (before.context != NULL)
		MemoryContextDelete(before.context);
	if (set->triggers > 0 || set->channels > 0)
		worker->useful = worker->refreshed;
}

/* Shards and streams come and go with changes, or slowly. */
static bool
IsToRefresh(const Worker *worker, const SequenceNumber *captured, TimestampTz now)
{
	bool busy =
	    worker->set.is_ending || SequenceNumberCompare(captured, &worker->refreshed_at) != 0;

	return worker->generation != TriggersGeneration() ||
	       TimestampDifferenceExceeds(worker->refreshed, now, busy ? REFRESH_BUSY : REFRESH_IDLE);
}

/* --- doing it --- */

static int
CallsOf(const TriggerSet *set, int64 trigger)
{
	int count = 0;
	ListCell *cell;

	foreach (cell, set->order)
	{
		const ShardWork *work = lfirst(cell);

		count += work->in_call && work->key.trigger == trigger;
	}
	return count;
}

static bool
MayCall(const Worker *worker, const ShardWork *work)
{
	return EndpointCallsCount(worker->calls) < MAX_CALLS &&
	       CallsOf(&worker->set, work->key.trigger) < MAX_TRIGGER_CALLS;
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

/* Gives each shard that is due a batch, beginning with another one each time; whether one was. */
static bool
WorkThrough(Worker *worker, const SequenceNumber *captured)
{
	bool endpoints = TriggerPlaceServesEndpoints();
	bool functions = !endpoints || TriggerPlaceIsAlone();
	int count = list_length(worker->set.order);
	bool any = false;

	for (int i = 0; i < count && worker->generation == TriggersGeneration(); i++)
	{
		ShardWork *work = list_nth(worker->set.order, (worker->next + i) % count);

		CHECK_FOR_INTERRUPTS();
		if (!IsOurs(work, endpoints, functions) ||
		    !ShardIsDue(work, captured, GetCurrentTimestamp()))
			continue;
		if (!TargetIsEndpoint(work->trigger))
			ShardRunFunction(work);
		else if (MayCall(worker, work))
			ShardStartCall(work, worker->calls);
		else
			continue;
		any = true;
		LookAtEnd(worker, work);
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
		const ShardCall *own = EndpointCallTag(call);
		ShardWork *work = FindWork(&worker->set, &own->key);

		ShardEndCall(work, call);
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
	int pause = worker->set.is_ending ? REFRESH_BUSY : REFRESH_IDLE;
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
	if (worker->set.triggers == 0 && worker->set.channels == 0)
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
	return worker->set.triggers == 0 && worker->set.channels == 0 &&
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
	WorkerSessionBegin(database, "triggers", "0");
	FunctionTargetInit();
}

void
DynamoTriggerMain(Datum argument)
{
	Worker worker = { 0 };
	TriggerCall broken;
	ShardKey key;

	Connect(DatumGetObjectId(argument));
	if (!TriggerPlaceTake(&broken))
		proc_exit(0);
	worker.is_woken = CaptureWaitBegin();
	worker.useful = GetCurrentTimestamp();
	worker.calls = EndpointCallsCreate(TopMemoryContext);
	MemoryContextSwitchTo(AllocSetContextCreate(TopMemoryContext, "dynamo worker of triggers",
	                                            ALLOCSET_DEFAULT_SIZES));
	key = (ShardKey){ broken.trigger, broken.shard };
	if (key.trigger != 0)
		ShardCountBroken(&key);
	Refresh(&worker);
	while (!IsToEnd(&worker))
	{
		Round(&worker);
		MemoryContextReset(CurrentMemoryContext);
	}
	proc_exit(0);
}
