/*
 * The triggers of a database and the shards of their streams, as a worker knows them.
 *
 * All is read anew where triggers, streams or shards have changed. What the worker remembers of a
 * shard stays.
 */
#ifndef DYNAMO_TRIGGER_SET_H
#define DYNAMO_TRIGGER_SET_H

#include "trigger/worker/shard_step.h"

#include "utils/hsearch.h"

typedef struct TriggerSet
{
	MemoryContext context;
	HTAB *shards; /* ShardWork by its key */
	List *order;  /* the same, ShardWork pointers, in turn */
	int triggers;
	bool several_owners;
	bool is_incomplete; /* to be read again soon: a trigger could not be, or has a stream that is
	                       disabled, and not read to its end */
} TriggerSet;

/* Replaces what the set has, in transactions of its own. What is wrong with one trigger is logged.
 */
extern void TriggerSetRefresh(TriggerSet *set);

/* NULL: there is no such shard. Good until the next refresh. */
extern ShardWork *TriggerSetFind(const TriggerSet *set, const ShardKey *key);

#endif
