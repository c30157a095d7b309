/*
 * The rules by which batches are retried, halved and given up.
 */
#include "postgres.h"

#include "common/pg_prng.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "mb/pg_wchar.h"
#include "model/structure.h"
#include "session/subtransaction.h"
#include "trigger/batch_outcome.h"
#include "trigger/dead_letter.h"

#define FIRST_PAUSE 100     /* milliseconds */
#define LONGEST_PAUSE 60000 /* the same */
#define MAX_DOUBLINGS 10
#define MAX_ERROR 1000 /* bytes of an error that is kept */

/* --- what the target reports --- */

static int
CompareSequences(const void *one, const void *other)
{
	return SequenceNumberCompare(one, other);
}

/* The place of a record in the batch, which is in order; -1: the batch has none of this number. */
static int
FindRecord(const EventBatch *batch, const JsonNode *failure)
{
	const JsonNode *identifier = JsonGet(failure, "itemIdentifier");
	SequenceNumber sequence;
	const SequenceNumber *found;

	if (identifier == NULL || identifier->type != JSON_NODE_STRING ||
	    !SequenceNumberParse((Bytes){ identifier->text, identifier->count }, &sequence))
		return -1;
	found = bsearch(&sequence, batch->sequences, batch->count, sizeof(SequenceNumber),
	                CompareSequences);
	return found == NULL ? -1 : found - batch->sequences;
}

/* What the answer lists; NULL: nothing. */
static const JsonNode *
ReportedFailures(const JsonNode *answer)
{
	const JsonNode *failures = JsonGet(answer, "batchItemFailures");

	return failures != NULL && failures->type == JSON_NODE_ARRAY && failures->count > 0 ? failures
	                                                                                    : NULL;
}

typedef struct AnswerRead
{
	Bytes text;
	const JsonNode *node;
} AnswerRead;

static void
ReadAnswer(void *state)
{
	AnswerRead *read = state;

	read->node = JsonParse(read->text);
}

/*
 * The first record that has failed; the count where none has. As in Lambda an answer that is no
 * JSON, or an entry that names no record of the batch, means that all have failed.
 */
static int
FirstFailure(const EventBatch *batch, Bytes answer)
{
	AnswerRead read = { .text = answer };
	const JsonNode *failures;
	int first = batch->count;

	if (answer.length == 0)
		return first;
	if (SubtransactionTry(ReadAnswer, &read) != NULL)
		return 0;
	failures = ReportedFailures(read.node);
	for (int i = 0; failures != NULL && i < failures->count && first > 0; i++)
		first = Min(first, Max(FindRecord(batch, &failures->elements[i]), 0));
	return first;
}

/* --- progress --- */

int
BatchLimit(const EventTrigger *trigger, const ShardProgress *progress)
{
	return progress->batch_limit > 0 ? Min(progress->batch_limit, trigger->batch_size)
	                                 : trigger->batch_size;
}

/* The shard goes on at the position; what was known of a failure there is over. */
static void
GoOn(ShardProgress *progress, const SequenceNumber *position)
{
	progress->position = *position;
	progress->retries = 0;
	progress->next_attempt = 0;
	progress->oldest_record = 0;
	progress->last_error = NULL;
	if (progress->bisect_end.epoch == 0 ||
	    SequenceNumberCompare(position, &progress->bisect_end) >= 0)
	{
		progress->batch_limit = 0;
		progress->bisect_end = (SequenceNumber){ 0 };
	}
}

static void
GoPast(const EventBatch *batch, ShardProgress *progress)
{
	GoOn(progress, &batch->end);
	progress->finished = batch->at_end;
}

static TimestampTz
NextAttempt(int attempts)
{
	int pause = Min(FIRST_PAUSE << Min(attempts, MAX_DOUBLINGS), LONGEST_PAUSE);

	return TimestampTzPlusMilliseconds(
	    GetCurrentTimestamp(), pause - pg_prng_uint64_range(&pg_global_prng_state, 0, pause / 4));
}

static char *
ErrorToKeep(const char *error)
{
	int length = pg_mbcliplen(error, strlen(error), MAX_ERROR);

	return pnstrdup(error, length);
}

/* The records of the event, for people to read. */
static Jsonb *
RecordsOf(const EventBatch *batch)
{
	StringInfoData text = batch->event;
	JsonWriter writer;
	Jsonb *event;

	if (!batch->for_jsonb)
	{
		initStringInfo(&text);
		JsonWriterInit(&writer, &text, true);
		RequestNodeWrite(&writer, JsonParse((Bytes){ batch->event.data, batch->event.len }));
	}
	event = JsonToJsonb(&text);
	return DatumGetJsonbP(DirectFunctionCall2(jsonb_object_field, JsonbPGetDatum(event),
	                                          CStringGetTextDatum("Records")));
}

static void
GiveUp(const EventBatch *batch, ShardProgress *progress, const char *reason, const char *error)
{
	DeadLetter letter = { .trigger = progress->trigger,
		                  .shard_id = progress->shard_id,
		                  .first = batch->sequences[0],
		                  .last = batch->sequences[batch->count - 1],
		                  .reason = reason,
		                  .error = error,
		                  .attempts = error == NULL ? progress->retries : progress->retries + 1,
		                  .records = RecordsOf(batch) };

	DeadLetterWrite(&letter);
	GoPast(batch, progress);
}

/* --- outcomes --- */

static void
Pause(const EventBatch *batch, ShardProgress *progress, const char *error, int attempts)
{
	progress->next_attempt = NextAttempt(attempts);
	progress->last_error = ErrorToKeep(error);
	progress->oldest_record = batch->oldest;
}

void
ProgressBlock(ShardProgress *progress, const char *error)
{
	progress->next_attempt = NextAttempt(MAX_DOUBLINGS);
	progress->last_error = ErrorToKeep(error);
}

static SequenceNumber
Behind(SequenceNumber sequence)
{
	sequence.number++;
	return sequence;
}

/* The position may be behind the row's: what filters leave out is stored now and then. */
void
ProgressSkipDropped(ShardProgress *progress, const SequenceNumber *position,
                    const SequenceNumber *dropped, const StreamShard *shard)
{
	SequenceNumber next = Behind(*dropped);
	bool ended = shard->end.epoch != 0 && SequenceNumberCompare(&next, &shard->end) >= 0;

	progress->position = *position;
	DeadLetterWriteMissing(progress, ended ? &shard->end : dropped,
	                       "the change log has dropped the records before they were handled");
	GoOn(progress, ended ? &shard->end : &next);
	progress->finished = ended;
}

/* The first half of the batch comes next, and then others as large up to its end. */
static void
Bisect(const EventBatch *batch, ShardProgress *progress, const char *error)
{
	Pause(batch, progress, error, 0);
	if (progress->bisect_end.epoch == 0)
		progress->bisect_end = batch->end;
	progress->batch_limit = (batch->count + 1) / 2;
	progress->next_attempt = 0;
}

static void
Fail(const EventTrigger *trigger, const EventBatch *batch, const char *error,
     ShardProgress *progress)
{
	if (trigger->bisect && batch->count > 1)
		Bisect(batch, progress, error);
	else if (trigger->maximum_retry_attempts >= 0 &&
	         progress->retries >= trigger->maximum_retry_attempts)
		GiveUp(batch, progress, "RetryAttemptsExhausted", ErrorToKeep(error));
	else
	{
		Pause(batch, progress, error, progress->retries);
		progress->retries++;
	}
}

/* Those before `first` are done. What is left is a batch of its own, with all of its retries. */
static void
SucceedInPart(const EventBatch *batch, int first, ShardProgress *progress)
{
	GoOn(progress, &batch->sequences[first]);
	progress->records += first;
	Pause(batch, progress, "the target reported a failed record", 0);
}

static void
Succeed(const EventTrigger *trigger, const EventBatch *batch, Bytes answer, ShardProgress *progress)
{
	int first = trigger->report_failures ? FirstFailure(batch, answer) : batch->count;

	progress->last_success = GetCurrentTimestamp();
	if (first == 0)
		Fail(trigger, batch, "the target reported that all records failed", progress);
	else if (first < batch->count)
		SucceedInPart(batch, first, progress);
	else
	{
		GoPast(batch, progress);
		progress->records += batch->count;
	}
}

void
BatchOutcomeApply(const EventTrigger *trigger, const EventBatch *batch, const CallResult *result,
                  ShardProgress *progress)
{
	if (batch->count == 0)
		GoPast(batch, progress);
	else if (batch->expired)
		GiveUp(batch, progress, "MaximumRecordAgeExceeded", progress->last_error);
	else if (result->outcome == CALL_SUCCEEDED)
		Succeed(trigger, batch, result->answer, progress);
	else if (result->outcome == CALL_FAILED)
		Fail(trigger, batch, result->error, progress);
	else
		Pause(batch, progress, result->error, MAX_DOUBLINGS);
}
