/*
 * What comes of a call: the progress after it.
 *
 * As Lambda has it (developer guide, "Using Lambda to process records from Amazon DynamoDB
 * streams"). A batch that fails is called again after a pause that doubles each time, until the
 * trigger's limit of retries; then it goes to the dead letters. With bisecting a batch of several
 * records is halved instead, which does not count as a retry, until the record that fails is
 * alone. A target that reports failed records is called again from the first of them on.
 */
#ifndef DYNAMO_BATCH_OUTCOME_H
#define DYNAMO_BATCH_OUTCOME_H

#include "trigger/event_batch.h"

typedef enum CallOutcome
{
	CALL_SUCCEEDED,
	CALL_FAILED,
	CALL_BLOCKED /* none was made, or it does not count: it is tried again without end */
} CallOutcome;

typedef struct CallResult
{
	CallOutcome outcome;
	const char *error; /* NULL: succeeded */
	Bytes answer;      /* JSON, or nothing: what the target says of single records */
} CallResult;

/*
 * Sets the progress after the call, or of a batch that needs none (`result` NULL: it is empty, or
 * expired), and writes dead letters. Runs in the transaction that stores the progress.
 */
extern void BatchOutcomeApply(const EventTrigger *trigger, const EventBatch *batch,
                              const CallResult *result, ShardProgress *progress);

/* No batch can be read, or none called with: it is tried again after a long pause. */
extern void ProgressBlock(ShardProgress *progress, const char *error);

/*
 * Retention has dropped changes up to `dropped` of those at and behind the position: a dead letter
 * says so, and the shard goes on behind them.
 */
extern void ProgressSkipDropped(ShardProgress *progress, const SequenceNumber *position,
                                const SequenceNumber *dropped, const StreamShard *shard);

/* How many records the next batch may have. */
extern int BatchLimit(const EventTrigger *trigger, const ShardProgress *progress);

#endif
