/*
 * No transaction is open while an endpoint is called, and the progress is stored only where its row
 * is as it was when the call began.
 */
#include "trigger/worker/shard_call.h"

#include "postgres.h"

#include "lib/ilist.h"
#include "storage/ipc.h"
#include "utils/memutils.h"

#include "trigger/batch_outcome.h"
#include "trigger/endpoint_target.h"

/* A call that is under way, with all that is needed when it ends. */
typedef struct ShardCall
{
	dlist_node node;
	ShardKey key;
	SequenceNumber position;
	EventBatch *batch;
	EndpointCall *call;
	MemoryContext context; /* of all of this */
} ShardCall;

static dlist_head under_way = DLIST_STATIC_INIT(under_way);

/* --- which there are --- */

bool
ShardCallIsUnderWay(const ShardKey *key)
{
	dlist_iter iter;

	dlist_foreach(iter, &under_way)
	{
		const ShardCall *call = dlist_container(ShardCall, node, iter.cur);

		if (call->key.trigger == key->trigger && call->key.shard == key->shard)
			return true;
	}
	return false;
}

int
ShardCallsOf(int64 trigger)
{
	dlist_iter iter;
	int count = 0;

	dlist_foreach(iter, &under_way) count +=
	    dlist_container(ShardCall, node, iter.cur)->key.trigger == trigger;
	return count;
}

static void
EndCall(ShardCall *call)
{
	dlist_delete(&call->node);
	EndpointCallEnd(call->call);
	MemoryContextDelete(call->context);
}

/* --- beginning and end --- */

typedef struct CallStart
{
	ShardWork *work;
	EndpointCalls *calls;
	ShardCall *call;
} CallStart;

static void
StartCall(ShardStep *step, CallStart *start)
{
	const char *fault = NULL;
	CallResult blocked = { .outcome = CALL_BLOCKED };

	start->call->batch = step->batch;
	start->call->position = step->progress->position;
	start->call->call =
	    EndpointTargetStart(start->calls, step->work->trigger, step->batch, start->call, &fault);
	if (start->call->call != NULL)
	{
		dlist_push_tail(&under_way, &start->call->node);
		step->work->in_call = true;
		return;
	}
	blocked.error = fault;
	BatchOutcomeApply(step->work->trigger, step->batch, &blocked, step->progress);
	ShardStepStore(step);
}

/* The batch outlives the transaction, in the call's context. */
static void
CallStep(void *state)
{
	CallStart *start = state;
	ShardStep step = { .work = start->work };

	MemoryContextSwitchTo(start->call->context);
	if (ShardStepHasCall(&step))
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
ShardCallStart(ShardWork *work, EndpointCalls *calls)
{
	CallStart start = { work, calls, NewCall(&work->key) };

	work->more = false;
	if (!ShardStepRun(CallStep, &start, work->trigger->table))
		ShardWait(work, ERROR_PAUSE);
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
	ShardStep step = { .work = end->work, .progress = progress, .batch = call->batch };

	if (trigger == NULL || progress == NULL || progress->finished ||
	    SequenceNumberCompare(&progress->position, &call->position) != 0)
		return;
	BatchOutcomeApply(trigger, call->batch, &end->result, progress);
	if (end->work != NULL)
		ShardStepStore(&step);
	else
		(void) ShardProgressStore(progress, NULL);
}

void
ShardCallEnd(ShardWork *work, EndpointCall *call)
{
	ShardCall *own = EndpointCallTag(call);
	CallEnd end = { work, own, EndpointTargetResult(EndpointCallResult(call)) };

	if (work != NULL)
	{
		work->in_call = false;
		work->more = true;
	}
	if (!ShardStepRun(EndStep, &end, BYTES_LITERAL("")) && work != NULL)
		ShardWait(work, ERROR_PAUSE);
	EndCall(own);
}

const ShardKey *
ShardCallKey(const EndpointCall *call)
{
	return &((const ShardCall *) EndpointCallTag(call))->key;
}

/* --- breaking off --- */

static void
BreakOffDropped(void *state)
{
	dlist_mutable_iter iter;

	dlist_foreach_modify(iter, &under_way)
	{
		ShardCall *call = dlist_container(ShardCall, node, iter.cur);

		if (EventTriggerOfId(call->key.trigger) == NULL)
			EndCall(call);
	}
}

void
ShardCallsBreakOffDropped(void)
{
	if (!dlist_is_empty(&under_way))
		(void) ShardStepRun(BreakOffDropped, NULL, BYTES_LITERAL(""));
}

static void
BreakOffAll(int code, Datum argument)
{
	dlist_mutable_iter iter;

	dlist_foreach_modify(iter, &under_way) EndCall(dlist_container(ShardCall, node, iter.cur));
}

void
ShardCallsBreakOffAtExit(void)
{
	before_shmem_exit(BreakOffAll, (Datum) 0);
}
