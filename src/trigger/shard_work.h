/*
 * The shards of triggers, as a worker knows them, and the steps of work on one.
 */
#ifndef DYNAMO_SHARD_WORK_H
#define DYNAMO_SHARD_WORK_H

#include "trigger/endpoint/endpoint_call.h"
#include "trigger/event_batch.h"

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
	bool in_call;           /* of an endpoint */
} ShardWork;

/* An endpoint's call that is under way, with all that is needed when it ends. */
typedef struct ShardCall
{
	ShardKey key;
	SequenceNumber position;
	EventBatch *batch;
	MemoryContext context; /* of all of this */
} ShardCall;

/* Whether there may be something to do now; `captured` as of LogCaptured. */
extern bool ShardIsDue(const ShardWork *work, const SequenceNumber *captured, TimestampTz now);

/*
 * One batch of a shard whose target is a function, in a transaction of its own. Errors are logged,
 * and the shard is left alone for a while.
 */
extern void ShardRunFunction(ShardWork *work);

/* The same up to the call of an endpoint, which is under way then, tagged with a ShardCall. */
extern void ShardStartCall(ShardWork *work, EndpointCalls *calls);

/* The end of such a call: stores what came of it. `work` may be gone, NULL. Frees the call. */
extern void ShardEndCall(ShardWork *work, EndpointCall *call);

/* Counts a call during which a worker ended as one that failed. */
extern void ShardCountBroken(const ShardKey *key);

#endif
