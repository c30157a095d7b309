/*
 * Reads batches, and stores progress.
 */
#include "trigger/worker/shard_step.h"

#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "change/log/log_horizon.h"
#include "change/log/log_read.h"
#include "maintenance/maintenance.h"
#include "storage/stream/stream_access.h"
#include "trigger/batch_outcome.h"
#include "trigger/trigger_target.h"

#define WINDOW_LOOK 100   /* milliseconds between two looks at a batch that is being gathered */
#define STORED_AFTER 1000 /* changes that the filters left out before the position is stored */
#define STORED_IN 600000  /* milliseconds, in which it is stored where there are fewer */

void
ShardWait(ShardWork *work, int64 milliseconds)
{
	work->not_before = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), milliseconds);
	work->more = true;
}

/* --- reading --- */

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
FindShard(const ShardStep *step)
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

void
ShardStepStore(ShardStep *step)
{
	ShardWork *work = step->work;

	(void) ShardProgressStore(step->progress, NULL);
	work->stored = work->position = step->progress->position;
	work->finished = step->progress->finished;
	work->not_before = step->progress->next_attempt;
	work->more = step->progress->last_error != NULL || (step->batch != NULL && step->batch->more);
	work->window_end = 0;
	work->passed = 0;
	work->store_at = 0;
}

/* Locks the row, and finds the shard. False where there is nothing to do. */
static bool
OpenShard(ShardStep *step)
{
	ShardWork *work = step->work;

	step->progress = ShardProgressLock(work->key.trigger, work->key.shard);
	if (step->progress == NULL)
	{
		ShardWait(work, HELD_PAUSE);
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

/*
 * Whether retention has dropped changes that were to be read, also while the batch was: reading
 * goes on behind them in another step. A closed shard may have had none of them, if it has ended.
 */
static bool
SkipDropped(ShardStep *step)
{
	ShardWork *work = step->work;
	const SequenceNumber *end = &step->shard->end;
	SequenceNumber dropped;

	if (!LogDropped(step->shard->leaf, &dropped) ||
	    SequenceNumberCompare(&work->position, &dropped) > 0 ||
	    (end->epoch != 0 && SequenceNumberCompare(&work->position, end) >= 0))
		return false;
	ProgressSkipDropped(step->progress, &work->position, &dropped, step->shard);
	step->batch = NULL;
	ShardStepStore(step);
	work->more = true;
	return true;
}

static bool
ReadBatch(ShardStep *step)
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
		ShardStepStore(step);
		return false;
	}
	source.stream = &step->stream;
	source.shard = step->shard;
	source.captured = &captured;
	source.for_jsonb = !TargetIsEndpoint(work->trigger);
	step->batch =
	    EventBatchRead(&source, &work->position, BatchLimit(work->trigger, step->progress));
	work->seen = captured;
	return !SkipDropped(step);
}

/* Whether a position behind changes that the filters left out is to be stored. */
static bool
IsToStore(ShardWork *work, const EventBatch *batch)
{
	TimestampTz now = GetCurrentTimestamp();

	work->passed += batch->passed;
	if (work->passed > 0 && work->store_at == 0)
		work->store_at = TimestampTzPlusMilliseconds(now, STORED_IN);
	return work->passed >= STORED_AFTER || (work->store_at != 0 && now >= work->store_at);
}

/* Nothing to call with. The row is written only now and then, where nothing else has it written. */
static void
PassEmpty(ShardStep *step)
{
	const EventBatch *batch = step->batch;

	step->work->position = batch->end;
	step->work->more = batch->more;
	if (!IsToStore(step->work, batch) && !batch->at_end && step->progress->last_error == NULL)
		return;
	BatchOutcomeApply(step->work->trigger, batch, NULL, step->progress);
	ShardStepStore(step);
}

/* Whether a batch that is not full waits for more records. */
static bool
IsGathered(ShardStep *step)
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
bool
ShardStepHasCall(ShardStep *step)
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
		ShardStepStore(step);
		return false;
	}
	return IsGathered(step);
}

/* --- transactions --- */

bool
ShardStepRun(void (*run)(void *state), void *state, Bytes table)
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
		MaintenanceEndError(caller, "trigger", table);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	return done;
}
