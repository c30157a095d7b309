/*
 * dynamo.metrics_samples(), behind the view dynamo.metrics_history, and dynamo.waiting_requests(),
 * behind dynamo.requests.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "metrics/board.h"
#include "metrics/history.h"

PG_FUNCTION_INFO_V1(dynamo_metrics_samples);
PG_FUNCTION_INFO_V1(dynamo_waiting_requests);

#define SAMPLE_COLUMNS 14
#define REQUEST_COLUMNS 7

/* The sums have no table's name in them, and are of the whole server. */
static void
PutSample(Oid database, const char *table, const HistorySample *sample, void *argument)
{
	ReturnSetInfo *result = argument;
	bool nulls[SAMPLE_COLUMNS] = { false };
	Datum values[SAMPLE_COLUMNS] = {
		TimestampTzGetDatum(sample->at),      CStringGetTextDatum(table),
		Int32GetDatum(sample->seconds),       Int64GetDatum(sample->requests),
		Int64GetDatum(sample->failed),        Int64GetDatum(sample->throttled),
		Int64GetDatum(sample->user_errors),   Int64GetDatum(sample->system_errors),
		Int64GetDatum(sample->items),         Int64GetDatum(sample->bytes),
		Float8GetDatum(sample->read_units),   Float8GetDatum(sample->write_units),
		Float8GetDatum(sample->p50 / 1000.0), Float8GetDatum(sample->p99 / 1000.0),
	};

	nulls[1] = table[0] == '\0';
	nulls[12] = nulls[13] = sample->requests == sample->failed;
	if (database == MyDatabaseId || !OidIsValid(database))
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
dynamo_metrics_samples(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, 0);
	HistoryVisit(PutSample, fcinfo->resultinfo);
	PG_RETURN_NULL();
}

Datum
dynamo_waiting_requests(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	BoardEntry *entries;
	int count;

	InitMaterializedSRF(fcinfo, 0);
	entries = BoardList(&count);
	for (int i = 0; i < count; i++)
	{
		bool nulls[REQUEST_COLUMNS] = { false };
		Datum values[REQUEST_COLUMNS] = {
			Int32GetDatum(entries[i].pid),
			ObjectIdGetDatum(entries[i].role),
			CStringGetTextDatum(entries[i].operation),
			CStringGetTextDatum(entries[i].table),
			TimestampTzGetDatum(entries[i].since),
			CStringGetTextDatum(entries[i].address),
			CStringGetTextDatum(entries[i].request_id),
		};

		nulls[3] = entries[i].table[0] == '\0';
		nulls[5] = entries[i].address[0] == '\0';
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	PG_RETURN_NULL();
}
