/*
 * A function is called while the shard's row of progress is locked, and its work is committed with
 * the new progress: exactly once.
 */
#include "trigger/worker/shard_work.h"

#include "postgres.h"

#include "utils/timestamp.h"

#include "change/log/log_read.h"
#include "maintenance/maintenance.h"
#include "trigger/batch_outcome.h"
#include "trigger/function_target.h"
#include "trigger/trigger_place.h"
#include "trigger/trigger_target.h"

bool
ShardIsDue(const ShardWork *work, const SequenceNumber *captured, TimestampTz now)
{
	if (work->finished || work->in_call || now < work->not_before ||
	    (work->parent != NULL && !work->parent->finished))
		return false;
	if (work->more || (work->store_at != 0 && now >= work->store_at))
		return true;
	if (captured->epoch == 0 || SequenceNumberCompare(captured, &work->seen) <= 0)
		return false;
	return (work->closed && SequenceNumberCompare(captured, &work->end) >= 0) ||
	       LogMayHave(work->leaf, &work->position);
}

/* --- functions --- */

static TriggerCall
CallOf(const ShardWork *work)
{
	return (TriggerCall){ work->key.trigger, work->key.shard, work->trigger->owner };
}

static void
CallFunction(ShardStep *step)
{
	const EventTrigger *trigger = step->work->trigger;
	const char *fault = FunctionFault(trigger);
	CallResult result = { .outcome = CALL_BLOCKED };
	TriggerCall call = CallOf(step->work);

	if (fault != NULL)
		result.error = psprintf("the function cannot be called: %s", fault);
	else if (TriggerPlaceTakeOverrun(&call))
		result = (CallResult){ CALL_FAILED, "the function did not end when it was cancelled" };
	else if (TriggerPlaceBeginCall(&call, step->work->shared))
		result = FunctionCall(trigger, step->batch);
	else
	{
		ShardWait(step->work, HELD_PAUSE);
		return;
	}
	BatchOutcomeApply(trigger, step->batch, &result, step->progress);
	ShardStepStore(step);
}

static void
FunctionStep(void *state)
{
	ShardStep step = { .work = state };

	if (ShardStepHasCall(&step))
		CallFunction(&step);
}

void
ShardRunFunction(ShardWork *work)
{
	TriggerCall call = CallOf(work);

	if (!TriggerPlaceMayBeginCall(&call, work->shared))
	{
		ShardWait(work, HELD_PAUSE);
		return;
	}
	work->more = false;
	if (!ShardStepRun(FunctionStep, work, work->trigger->table))
		ShardWait(work, ERROR_PAUSE);
	TriggerPlaceEndCall();
	MaintenanceCleanSession();
}
