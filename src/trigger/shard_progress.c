/*
 * Reading and writing dynamo.trigger_progress.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "storage/query/own_query.h"
#include "trigger/shard_progress.h"

#define SELECT_PROGRESS "SELECT * FROM dynamo.trigger_progress WHERE trigger_id = $1"

/* Columns in the order of the install script. */
enum
{
	COLUMN_TRIGGER = 1,
	COLUMN_SHARD,
	COLUMN_SHARD_ID,
	COLUMN_POSITION,
	COLUMN_FINISHED,
	COLUMN_RECORDS,
	COLUMN_RETRIES,
	COLUMN_BATCH_LIMIT,
	COLUMN_BISECT_END,
	COLUMN_NEXT_ATTEMPT,
	COLUMN_OLDEST_RECORD,
	COLUMN_LAST_SUCCESS,
	COLUMN_LAST_ERROR,
	COLUMNS = COLUMN_LAST_ERROR
};

#define NULLABLE                                                                      \
	(OWN_QUERY_COLUMN(COLUMN_BISECT_END) | OWN_QUERY_COLUMN(COLUMN_NEXT_ATTEMPT) |    \
	 OWN_QUERY_COLUMN(COLUMN_OLDEST_RECORD) | OWN_QUERY_COLUMN(COLUMN_LAST_SUCCESS) | \
	 OWN_QUERY_COLUMN(COLUMN_LAST_ERROR))

/* --- reading --- */

static SequenceNumber
ReadSequence(const Datum *values, const bool *nulls, int column)
{
	SequenceNumber sequence = { 0 };

	if (!nulls[column - 1] &&
	    !SequenceNumberParse(BytesFromCString(TextDatumGetCString(values[column - 1])), &sequence))
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
		                errmsg("dynamo.trigger_progress has a malformed sequence number")));
	return sequence;
}

static TimestampTz
ReadTime(const Datum *values, const bool *nulls, int column)
{
	return nulls[column - 1] ? 0 : DatumGetTimestampTz(values[column - 1]);
}

static void
AddProgress(HeapTuple row, TupleDesc descriptor, void *state)
{
	List **rows = state;
	ShardProgress *progress = palloc0_object(ShardProgress);
	Datum values[COLUMNS];
	bool nulls[COLUMNS];

	heap_deform_tuple(row, descriptor, values, nulls);
	progress->trigger = DatumGetInt64(values[COLUMN_TRIGGER - 1]);
	progress->shard = DatumGetInt64(values[COLUMN_SHARD - 1]);
	progress->shard_id = TextDatumGetCString(values[COLUMN_SHARD_ID - 1]);
	progress->position = ReadSequence(values, nulls, COLUMN_POSITION);
	progress->finished = DatumGetBool(values[COLUMN_FINISHED - 1]);
	progress->records = DatumGetInt64(values[COLUMN_RECORDS - 1]);
	progress->retries = DatumGetInt32(values[COLUMN_RETRIES - 1]);
	progress->batch_limit = DatumGetInt32(values[COLUMN_BATCH_LIMIT - 1]);
	progress->bisect_end = ReadSequence(values, nulls, COLUMN_BISECT_END);
	progress->next_attempt = ReadTime(values, nulls, COLUMN_NEXT_ATTEMPT);
	progress->oldest_record = ReadTime(values, nulls, COLUMN_OLDEST_RECORD);
	progress->last_success = ReadTime(values, nulls, COLUMN_LAST_SUCCESS);
	progress->last_error =
	    nulls[COLUMN_LAST_ERROR - 1] ? NULL : TextDatumGetCString(values[COLUMN_LAST_ERROR - 1]);
	*rows = lappend(*rows, progress);
}

List *
ShardProgressRead(int64 trigger)
{
	OwnQuery query = { .nullable = NULLABLE };
	List *rows = NIL;

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(trigger));
	(void) OwnQueryRun(SELECT_PROGRESS " ORDER BY shard", &query, AddProgress, &rows);
	return rows;
}

ShardProgress *
ShardProgressLock(int64 trigger, int64 shard)
{
	OwnQuery query = { .nullable = NULLABLE };
	List *rows = NIL;

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(trigger));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(shard));
	(void) OwnQueryRun(SELECT_PROGRESS " AND shard = $2 FOR NO KEY UPDATE SKIP LOCKED", &query,
	                   AddProgress, &rows);
	return rows == NIL ? NULL : linitial(rows);
}

/* --- writing --- */

static void
AddSequence(OwnQuery *query, const SequenceNumber *sequence)
{
	if (sequence == NULL || sequence->epoch == 0)
		OwnQueryAddNull(query, TEXTOID);
	else
		OwnQueryAdd(query, TEXTOID, CStringGetTextDatum(SequenceNumberText(sequence)));
}

static void
AddTime(OwnQuery *query, TimestampTz time)
{
	if (time == 0)
		OwnQueryAddNull(query, TIMESTAMPTZOID);
	else
		OwnQueryAdd(query, TIMESTAMPTZOID, TimestampTzGetDatum(time));
}

/* $1 to $4. */
static void
AddKey(OwnQuery *query, const ShardProgress *progress)
{
	OwnQueryAdd(query, INT8OID, Int64GetDatum(progress->trigger));
	OwnQueryAdd(query, INT8OID, Int64GetDatum(progress->shard));
	AddSequence(query, &progress->position);
	OwnQueryAdd(query, BOOLOID, BoolGetDatum(progress->finished));
}

void
ShardProgressAdd(const ShardProgress *progress)
{
	OwnQuery query = { 0 };

	AddKey(&query, progress);
	OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(progress->shard_id));
	(void) OwnQueryRun("INSERT INTO dynamo.trigger_progress"
	                   " (trigger_id, shard, position, finished, shard_id)"
	                   " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
	                   &query, NULL, NULL);
}

bool
ShardProgressStore(const ShardProgress *progress, const SequenceNumber *expected)
{
	OwnQuery query = { 0 };

	AddKey(&query, progress);
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(progress->records));
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(progress->retries));
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(progress->batch_limit));
	AddSequence(&query, &progress->bisect_end);
	AddTime(&query, progress->next_attempt);
	AddTime(&query, progress->oldest_record);
	AddTime(&query, progress->last_success);
	OwnQueryAddCString(&query, progress->last_error);
	AddSequence(&query, expected);
	return OwnQueryRun("UPDATE dynamo.trigger_progress SET position = $3, finished = $4,"
	                   " records = $5, retries = $6, batch_limit = $7, bisect_end = $8,"
	                   " next_attempt = $9, oldest_record = $10, last_success = $11,"
	                   " last_error = $12 WHERE trigger_id = $1 AND shard = $2"
	                   " AND ($13 IS NULL OR (position = $13 AND NOT finished))",
	                   &query, NULL, NULL) > 0;
}

void
ShardProgressHurry(int64 trigger)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(trigger));
	(void) OwnQueryRun("UPDATE dynamo.trigger_progress SET next_attempt = NULL"
	                   " WHERE trigger_id = $1 AND next_attempt IS NOT NULL",
	                   &query, NULL, NULL);
}

void
ShardProgressDelete(int64 trigger)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(trigger));
	(void) OwnQueryRun("DELETE FROM dynamo.trigger_progress WHERE trigger_id = $1", &query, NULL,
	                   NULL);
}

void
ShardProgressDeleteShard(int64 trigger, int64 shard)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(trigger));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(shard));
	(void) OwnQueryRun("DELETE FROM dynamo.trigger_progress WHERE trigger_id = $1 AND shard = $2",
	                   &query, NULL, NULL);
}

void
ShardProgressBegin(int64 trigger, const List *shards, const SequenceNumber *at)
{
	ListCell *cell;

	foreach (cell, shards)
	{
		const StreamShard *shard = lfirst(cell);
		ShardProgress progress = { .trigger = trigger,
			                       .shard = shard->number,
			                       .shard_id = StreamShardId(shard),
			                       .position = shard->start };

		if (at != NULL && SequenceNumberCompare(at, &shard->start) > 0)
			progress.position = *at;
		progress.finished =
		    shard->end.epoch != 0 && SequenceNumberCompare(&progress.position, &shard->end) >= 0;
		ShardProgressAdd(&progress);
	}
}
