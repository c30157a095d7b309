/*
 * What is due of a shard, and the calls of functions with its batches.
 */
#ifndef DYNAMO_SHARD_WORK_H
#define DYNAMO_SHARD_WORK_H

#include "trigger/worker/shard_step.h"

/* Whether there may be something to do now; `captured` as of LogCaptured. */
extern bool ShardIsDue(const ShardWork *work, const SequenceNumber *captured, TimestampTz now);

/*
 * One batch of a shard whose target is a function, in a transaction of its own. Errors are logged,
 * and the shard is left alone for a while.
 */
extern void ShardRunFunction(ShardWork *work);

#endif
