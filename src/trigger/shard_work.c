/*
 * A function is called while the shard's row of progress is locked, and its work is committed with
 * the new progress: exactly once. For an endpoint no transaction is open while it is called, and
 * the progress is stored only where its row is as it was then.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "change/log/log_read.h"
#include "maintenance/maintenance.h"
#include "storage/stream/stream_access.h"
#include "trigger/endpoint_target.h"
#include "trigger/function_target.h"
#include "trigger/shard_work.h"
#include "trigger/trigger_place.h"
#include "trigger/trigger_target.h"

#define HELD_PAUSE 100    /* milliseconds until a shard that another worker has is tried again */
#define ERROR_PAUSE 5000  /* the same, after an error of the worker's own */
#define WINDOW_LOOK 100   /* the same, of a batch that is being gathered */
#define STORED_AFTER 1000 /* changes that the filters left out before the position is stored */

bool
ShardIsDue(const ShardWork *work, const SequenceNumber *captured, TimestampTz now)
{
	if (work->finished || work->in_call || now < work->not_before ||
	    (work->parent != NULL && !work->parent->finished))
		return false;
	if (work->more)
		return true;
	if (captured->epoch == 0 || SequenceNumberCompare(captured, &work->seen) <= 0)
		return false;
	return (work->closed && SequenceNumberCompare(captured, &work->end) >= 0) ||
	       LogMayHave(work->leaf, &work->position);
}

static void
WaitFor(ShardWork *work, int64 milliseconds)
{
	work->not_before = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), milliseconds);
}

/* --- reading --- */

/* A batch that is at hand, in a transaction. */
typedef struct Step
{
	ShardWork *work;
	ShardProgress *progress;
	StreamRow stream;
	const StreamShard *shard;
	EventBatch *batch;
} Step;

/* NULL, or why the trigger's owner may not read the stream now. */
static const char *
ReadFault(const EventTrigger *trigger, const StreamRow *stream)
{
	bool readable;
	Oid role;
	int security;

	if (!SearchSysCacheExists1(AUTHOID, ObjectIdGetDatum(trigger->owner)))
		return "the trigger's owner does not exist any more";
	GetUserIdAndSecContext(&role, &security);
	SetUserIdAndSecContext(trigger->owner, security | SECURITY_LOCAL_USERID_CHANGE);
	readable = get_rel_relkind(stream->relation) == '\0'
	               ? ChangesOfGoneTableReadable(stream->owner)
	               : ChangeAccessOf(stream->relation) == CHANGES_READABLE;
	SetUserIdAndSecContext(role, security);
	return readable ? NULL : "the trigger's owner may not read the table";
}

static const StreamShard *
FindShard(const Step *step)
{
	ListCell *cell;

	foreach (cell, StreamShards(step->stream.table, step->stream.label))
	{
		const StreamShard *shard = lfirst(cell);

		if (shard->number == step->work->key.shard)
			return shard;
	}
	return NULL;
}

/* What the worker knows is as good as the row, or better, unless that was set to another place. */
static void
TakeRow(ShardWork *work, const ShardProgress *progress)
{
	if (SequenceNumberCompare(&work->stored, &progress->position) != 0)
		work->position = progress->position;
	work->stored = progress->position;
	work->finished = progress->finished;
}

static void
Store(Step *step)
{
	ShardWork *work = step->work;

	(void) ShardProgressStore(step->progress, NULL);
	work->stored = work->position = step->progress->position;
	work->finished = step->progress->finished;
	work->not_before = step->progress->next_attempt;
	work->more = step->progress->last_error != NULL || (step->batch != NULL && step->batch->more);
	work->window_end = 0;
}

/* Locks the row, and finds the shard. False where there is nothing to do. */
static bool
OpenShard(Step *step)
{
	ShardWork *work = step->work;

	step->progress = ShardProgressLock(work->key.trigger, work->key.shard);
	if (step->progress == NULL)
	{
		WaitFor(work, HELD_PAUSE);
		return false;
	}
	TakeRow(work, step->progress);
	if (work->finished)
		return false;
	if (step->progress->next_attempt > GetCurrentTimestamp())
	{
		work->not_before = step->progress->next_attempt;
		work->more = true;
		return false;
	}
	if (!StreamRowFind(work->trigger->table, work->trigger->label, &step->stream))
		step->shard = NULL;
	else
		step->shard = FindShard(step);
	work->finished = step->shard == NULL;
	return !work->finished;
}

static bool
ReadBatch(Step *step)
{
	ShardWork *work = step->work;
	SequenceNumber captured = LogCaptured();
	BatchSource source = { .trigger = work->trigger, .filters = work->filters };
	const char *fault;

	if (!OpenShard(step))
		return false;
	fault = ReadFault(work->trigger, &step->stream);
	if (fault != NULL)
	{
		ProgressBlock(step->progress, fault);
		Store(step);
		return false;
	}
	source.stream = &step->stream;
	source.shard = step->shard;
	source.captured = &captured;
	source.for_jsonb = !TargetIsEndpoint(work->trigger);
	step->batch =
	    EventBatchRead(&source, &work->position, BatchLimit(work->trigger, step->progress));
	work->seen = captured;
	return true;
}

/* Nothing to call with. The row is written only now and then, where nothing else has it written. */
static void
PassEmpty(Step *step)
{
	const EventBatch *batch = step->batch;

	step->work->position = batch->end;
	step->work->more = batch->more;
	if (!batch->at_end && batch->passed < STORED_AFTER && step->progress->last_error == NULL)
		return;
	BatchOutcomeApply(step->work->trigger, batch, NULL, step->progress);
	Store(step);
}

/* Whether a batch that is not full waits for more records. */
static bool
IsGathered(Step *step)
{
	ShardWork *work = step->work;
	const EventBatch *batch = step->batch;
	TimestampTz now = GetCurrentTimestamp();

	if (work->trigger->batching_window == 0 || batch->more || batch->at_end ||
	    step->progress->last_error != NULL || batch->count >= work->trigger->batch_size)
		return true;
	if (work->window_end == 0)
		work->window_end = TimestampTzPlusMilliseconds(now, work->trigger->batching_window);
	if (now >= work->window_end)
		return true;
	work->not_before = Min(work->window_end, TimestampTzPlusMilliseconds(now, WINDOW_LOOK));
	work->more = true;
	return false;
}

/* Whether the step has records that the target is to be called with now. */
static bool
HasCall(Step *step)
{
	if (!ReadBatch(step))
		return false;
	if (step->batch->count == 0)
	{
		PassEmpty(step);
		return false;
	}
	if (step->batch->expired)
	{
		BatchOutcomeApply(step->work->trigger, step->batch, NULL, step->progress);
		Store(step);
		return false;
	}
	return IsGathered(step);
}

/* --- transactions --- */

/* Runs the work in a transaction; false where an error ended it. */
static bool
InTransaction(void (*run)(void *state), void *state, const char *what, Bytes table)
{
	MemoryContext caller = CurrentMemoryContext;
	volatile bool done = false;

	PG_TRY();
	{
		StartTransactionCommand();
		PushActiveSnapshot(GetTransactionSnapshot());
		run(state);
		PopActiveSnapshot();
		CommitTransactionCommand();
		done = true;
	}
	PG_CATCH();
	{
		MaintenanceEndError(caller, what, table);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	return done;
}

/* --- functions --- */

/* As after calls that ended the worker, which could not give the batch up. */
static bool
HasNoAttemptLeft(const EventTrigger *trigger, const ShardProgress *progress)
{
	return trigger->maximum_retry_attempts >= 0 && progress->last_error != NULL &&
	       progress->retries > trigger->maximum_retry_attempts;
}

static void
CallFunction(Step *step)
{
	const EventTrigger *trigger = step->work->trigger;
	const char *fault = FunctionFault(trigger);
	CallResult result = { .outcome = CALL_BLOCKED };
	TriggerCall call = { step->work->key.trigger, step->work->key.shard };

	if (fault != NULL)
		result.error = psprintf("the function cannot be called: %s", fault);
	else if (HasNoAttemptLeft(trigger, step->progress))
		result = (CallResult){ CALL_FAILED, step->progress->last_error };
	else if (TriggerPlaceBeginCall(&call))
		result = FunctionCall(trigger, step->batch);
	else
	{
		WaitFor(step->work, HELD_PAUSE);
		step->work->more = true;
		return;
	}
	BatchOutcomeApply(trigger, step->batch, &result, step->progress);
	Store(step);
}

static void
FunctionStep(void *state)
{
	Step step = { .work = state };

	if (HasCall(&step))
		CallFunction(&step);
}

void
ShardRunFunction(ShardWork *work)
{
	work->more = false;
	if (!InTransaction(FunctionStep, work, "trigger", work->trigger->table))
	{
		WaitFor(work, ERROR_PAUSE);
		work->more = true;
	}
	TriggerPlaceEndCall();
	MaintenanceCleanSession();
}

/* --- endpoints --- */

typedef struct CallStart
{
	ShardWork *work;
	EndpointCalls *calls;
	ShardCall *call;
} CallStart;

static void
StartCall(Step *step, CallStart *start)
{
	const char *fault = NULL;
	CallResult blocked = { .outcome = CALL_BLOCKED };

	start->call->batch = step->batch;
	start->call->position = step->progress->position;
	if (EndpointTargetStart(start->calls, step->work->trigger, step->batch, start->call, &fault) !=
	    NULL)
	{
		step->work->in_call = true;
		return;
	}
	blocked.error = fault;
	BatchOutcomeApply(step->work->trigger, step->batch, &blocked, step->progress);
	Store(step);
}

/* The batch outlives the transaction, in the call's context. */
static void
CallStep(void *state)
{
	CallStart *start = state;
	Step step = { .work = start->work };

	MemoryContextSwitchTo(start->call->context);
	if (HasCall(&step))
		StartCall(&step, start);
}

static ShardCall *
NewCall(const ShardKey *key)
{
	MemoryContext context = AllocSetContextCreate(TopMemoryContext, "dynamo call of an endpoint",
	                                              ALLOCSET_DEFAULT_SIZES);
	ShardCall *call = MemoryContextAllocZero(context, sizeof(ShardCall));

	call->key = *key;
	call->context = context;
	return call;
}

/* After an error the call, if there is one, is under way all the same, and ends as others do. */
void
ShardStartCall(ShardWork *work, EndpointCalls *calls)
{
	CallStart start = { work, calls, NewCall(&work->key) };

	work->more = false;
	if (!InTransaction(CallStep, &start, "trigger", work->trigger->table))
	{
		WaitFor(work, ERROR_PAUSE);
		work->more = true;
	}
	if (!work->in_call)
		MemoryContextDelete(start.call->context);
}

typedef struct CallEnd
{
	ShardWork *work;
	const ShardCall *call;
	CallResult result;
} CallEnd;

/* A trigger that was dropped, or whose progress was set meanwhile, wants nothing of it. */
static void
EndStep(void *state)
{
	CallEnd *end = state;
	const ShardCall *call = end->call;
	EventTrigger *trigger = EventTriggerOfId(call->key.trigger);
	ShardProgress *progress = ShardProgressLock(call->key.trigger, call->key.shard);
	Step step = { .work = end->work, .progress = progress, .batch = call->batch };

	if (trigger == NULL || progress == NULL || progress->finished ||
	    SequenceNumberCompare(&progress->position, &call->position) != 0)
		return;
	BatchOutcomeApply(trigger, call->batch, &end->result, progress);
	if (end->work != NULL)
		Store(&step);
	else
		(void) ShardProgressStore(progress, NULL);
}

void
ShardEndCall(ShardWork *work, EndpointCall *call)
{
	ShardCall *own = EndpointCallTag(call);
	CallEnd end = { work, own, EndpointTargetResult(EndpointCallResult(call)) };

	if (work != NULL)
	{
		work->in_call = false;
		work->more = true;
	}
	if (!InTransaction(EndStep, &end, "trigger", BYTES_LITERAL("")) && work != NULL)
		WaitFor(work, ERROR_PAUSE);
	EndpointCallEnd(call);
	MemoryContextDelete(own->context);
}

/* --- calls that ended a worker --- */

static void
BrokenStep(void *state)
{
	const ShardKey *key = state;
	ShardProgress *progress = ShardProgressLock(key->trigger, key->shard);

	if (progress == NULL)
		return;
	ProgressCountFailure(progress, "the function did not end when it was cancelled");
	(void) ShardProgressStore(progress, NULL);
}

void
ShardCountBroken(const ShardKey *key)
{
	ShardKey broken = *key;

	(void) InTransaction(BrokenStep, &broken, "trigger", BYTES_LITERAL(""));
}
