/*
 * Writing and deleting dead letters.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "storage/query/own_query.h"
#include "trigger/dead_letter.h"

#define EXPIRED_AT_ONCE 1000

void
DeadLetterWrite(const DeadLetter *letter)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(letter->trigger));
	OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(letter->shard_id));
	OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(SequenceNumberText(&letter->first)));
	OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(SequenceNumberText(&letter->last)));
	OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(letter->reason));
	OwnQueryAddCString(&query, letter->error);
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(letter->attempts));
	if (letter->records == NULL)
		OwnQueryAddNull(&query, JSONBOID);
	else
		OwnQueryAdd(&query, JSONBOID, JsonbPGetDatum(letter->records));
	(void) OwnQueryRun("INSERT INTO dynamo.trigger_dead_letter (trigger_id, shard_id,"
	                   " first_sequence_number, last_sequence_number, reason, error, attempts,"
	                   " records) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
	                   &query, NULL, NULL);
}

void
DeadLetterWriteMissing(const ShardProgress *progress, const SequenceNumber *last, const char *error)
{
	DeadLetter letter = { .trigger = progress->trigger,
		                  .shard_id = progress->shard_id,
		                  .first = progress->position,
		                  .last = *last,
		                  .reason = "ChangesMissing",
		                  .error = error,
		                  .attempts = progress->retries };

	if (progress->last_error != NULL)
		letter.error = psprintf("%s; the last error: %s", error, progress->last_error);
	DeadLetterWrite(&letter);
}

int64
DeadLettersDelete(int64 trigger, int64 last)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(trigger));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(last));
	return OwnQueryRun("DELETE FROM dynamo.trigger_dead_letter WHERE trigger_id = $1 AND id <= $2",
	                   &query, NULL, NULL);
}

/* Some in a round, so that the transaction is short. */
void
DeadLettersExpire(int hours)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT4OID, Int32GetDatum(hours));
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(EXPIRED_AT_ONCE));
	(void) OwnQueryRun(
	    "DELETE FROM dynamo.trigger_dead_letter WHERE id IN (SELECT id FROM"
	    " dynamo.trigger_dead_letter WHERE \"time\" < now() - make_interval(hours => $1) LIMIT $2)",
	    &query, NULL, NULL);
}
