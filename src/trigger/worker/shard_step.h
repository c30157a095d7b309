/*
 * A shard of a trigger, as a worker knows it, and one step of work on it: the batch at hand, and
 * the row of progress.
 *
 * A step is in a transaction, in which the row is locked from when the batch is read until what
 * came of it is stored, or, for endpoints, until the call is under way.
 */
#ifndef DYNAMO_SHARD_STEP_H
#define DYNAMO_SHARD_STEP_H

#include "trigger/event_batch.h"

#define HELD_PAUSE 100   /* milliseconds until a shard that another worker has is tried again */
#define ERROR_PAUSE 5000 /* the same, after an error of the worker's own */

typedef struct ShardKey
{
	int64 trigger;
	int64 shard;
} ShardKey;

/* What a worker remembers of a shard. The catalog's row decides; this says whether to look. */
typedef struct ShardWork
{
	ShardKey key;
	const EventTrigger *trigger;
	const EventFilters *filters;
	const struct ShardWork *parent; /* NULL: none, or it is finished */
	Oid leaf;
	bool closed;
	SequenceNumber end; /* of a closed shard */
	bool finished;
	SequenceNumber stored;   /* the row's position when it was last seen */
	SequenceNumber position; /* no changes for the trigger are before */
	SequenceNumber seen;     /* how far the log was complete when it was last read */
	bool more;               /* look again, also without new changes */
	TimestampTz not_before;
	TimestampTz window_end; /* of a batch that is gathered; 0: none is */
	int passed;             /* changes that the filters left out behind `stored` */
	TimestampTz store_at;   /* when `position` is to be stored; 0: it is */
	bool in_call;           /* of an endpoint */
	bool shared;            /* other roles have triggers, too */
} ShardWork;

typedef struct ShardStep
{
	ShardWork *work;         /* NULL: the shard is not known any more */
	ShardProgress *progress; /* the locked row */
	StreamRow stream;
	const StreamShard *shard;
	EventBatch *batch; /* NULL: none has been read */
} ShardStep;

/* Runs the work in a transaction; false where an error ended it, which is logged. */
extern bool ShardStepRun(void (*run)(void *state), void *state, Bytes table);

/* Reads a batch. Whether it has records that the target is to be called with now. */
extern bool ShardStepHasCall(ShardStep *step);

/* Stores the progress, and lets the work know it. */
extern void ShardStepStore(ShardStep *step);

/* The shard is left alone for so many milliseconds, and looked at again then. */
extern void ShardWait(ShardWork *work, int64 milliseconds);

#endif
