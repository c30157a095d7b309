/*
 * dynamo.trigger_dead_letter: records that triggers have given up.
 */
#ifndef DYNAMO_DEAD_LETTER_H
#define DYNAMO_DEAD_LETTER_H

#include "trigger/shard_progress.h"

#include "utils/jsonb.h"

typedef struct DeadLetter
{
	int64 trigger;
	const char *shard_id;
	SequenceNumber first;
	SequenceNumber last;
	const char *reason; /* RetryAttemptsExhausted, MaximumRecordAgeExceeded or ChangesMissing */
	const char *error;  /* of the last call; NULL: none was made */
	int attempts;
	Jsonb *records; /* NULL: there are none to be had */
} DeadLetter;

extern void DeadLetterWrite(const DeadLetter *letter);

/*
 * A letter that says that changes from the progress's position on, up to `last`, are not to be had
 * any more, with the last error at them, if there was one.
 */
extern void DeadLetterWriteMissing(const ShardProgress *progress, const SequenceNumber *last,
                                   const char *error);

/* Deletes those of a trigger with ids up to `last`; how many. */
extern int64 DeadLettersDelete(int64 trigger, int64 last);

/* Deletes those that are older than so many hours. */
extern void DeadLettersExpire(int hours);

#endif
