/*
 * dynamo.trigger_progress: how far a trigger is in each shard of its stream.
 *
 * A worker updates a row after each batch; no index has the columns that change, so that the
 * updates are HOT and the row stays on its page. A batch that has failed is described by the row:
 * the records after the position, as many as before, fail again or are given up.
 */
#ifndef DYNAMO_SHARD_PROGRESS_H
#define DYNAMO_SHARD_PROGRESS_H

#include "storage/stream/shard_catalog.h"

typedef struct ShardProgress
{
	int64 trigger;
	int64 shard;
	char *shard_id;
	SequenceNumber position;   /* where reading goes on */
	bool finished;             /* the shard is closed, and all of it has been handled */
	int64 records;             /* that the target has taken */
	int retries;               /* of the batch at the position */
	int batch_limit;           /* records of that batch; 0: as many as the trigger says */
	SequenceNumber bisect_end; /* up to where the limit holds; epoch 0: none does */
	TimestampTz next_attempt;  /* 0: at once */
	TimestampTz oldest_record; /* of a batch that has failed; 0: none has */
	TimestampTz last_success;  /* 0: none */
	char *last_error;          /* NULL: the last attempt did not fail */
} ShardProgress;

/* Of a trigger, in the order of shards: a list of palloc'd ShardProgress. */
extern List *ShardProgressRead(int64 trigger);

/*
 * The row, locked until the transaction ends; NULL where there is none, or another transaction
 * holds it.
 */
extern ShardProgress *ShardProgressLock(int64 trigger, int64 shard);

/* Makes a row, unless there is one. */
extern void ShardProgressAdd(const ShardProgress *progress);

/*
 * Replaces the row. With `expected` only where its position is that, and it is not finished; false
 * where it is not, or there is none.
 */
extern bool ShardProgressStore(const ShardProgress *progress, const SequenceNumber *expected);

/* What has failed is tried again at once. */
extern void ShardProgressHurry(int64 trigger);

/* Deletes a trigger's rows, or those of shards that are no more. */
extern void ShardProgressDelete(int64 trigger);
extern void ShardProgressDeleteShard(int64 trigger, int64 shard);

/*
 * Makes rows for the shards of a stream that have none. Where `at` is not NULL reading of them
 * begins there, and those that end before are finished; else each is read from its start.
 */
extern void ShardProgressBegin(int64 trigger, const List *shards, const SequenceNumber *at);

#endif
