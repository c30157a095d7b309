/*
 * Calls of endpoints with the batches of shards. A shard has one under way at most, also where its
 * trigger is disabled and enabled again meanwhile.
 */
#ifndef DYNAMO_SHARD_CALL_H
#define DYNAMO_SHARD_CALL_H

#include "trigger/endpoint/endpoint_call.h"
#include "trigger/worker/shard_step.h"

/*
 * Reads one batch of a shard whose target is an endpoint, and starts the call. Errors are logged,
 * and the shard is left alone for a while. The calls are the worker's one set of them.
 */
extern void ShardCallStart(ShardWork *work, EndpointCalls *calls);

/*
 * What came of a call that EndpointCallsNext gave is stored. `work` is NULL where the shard is not
 * known any more. Frees the call.
 */
extern void ShardCallEnd(ShardWork *work, EndpointCall *call);

/* The shard that the call is of; good until ShardCallEnd. */
extern const ShardKey *ShardCallKey(const EndpointCall *call);

extern bool ShardCallIsUnderWay(const ShardKey *key);

/* How many of a trigger's are under way. */
extern int ShardCallsOf(int64 trigger);

/* Breaks off the calls of triggers that are gone, in a transaction of its own. */
extern void ShardCallsBreakOffDropped(void);

/*
 * When the process ends, by an error too, its calls are broken off before those callbacks run that
 * were registered earlier. Their batches are another worker's to call with.
 */
extern void ShardCallsBreakOffAtExit(void);

#endif
