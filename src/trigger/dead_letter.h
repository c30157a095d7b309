/*
 * dynamo.trigger_dead_letter: records that triggers have given up.
 */
#ifndef DYNAMO_DEAD_LETTER_H
#define DYNAMO_DEAD_LETTER_H

#include "storage/stream/sequence_number.h"

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

/* Deletes those of a trigger with ids up to `last`; how many. */
extern int64 DeadLettersDelete(int64 trigger, int64 last);

/* Deletes those that are older than so many hours. */
extern void DeadLettersExpire(int hours);

#endif
