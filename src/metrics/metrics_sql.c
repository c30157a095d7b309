/*
 * The metrics as rows for SQL: dynamo.metrics_counters(), behind the view dynamo.metrics, and
 * dynamo.reset_metrics().
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "metrics/series.h"

PG_FUNCTION_INFO_V1(dynamo_metrics_counters);
PG_FUNCTION_INFO_V1(dynamo_metrics_reset_at);
PG_FUNCTION_INFO_V1(dynamo_reset_metrics);

#define COLUMNS 22

static const double shares[] = { 0.5, 0.9, 0.99, 0.999 };

typedef struct Row
{
	Datum values[COLUMNS];
	bool nulls[COLUMNS];
	int column;
} Row;

static void
PutName(Row *row, const char *name)
{
	row->nulls[row->column] = name[0] == '\0';
	row->values[row->column++] = CStringGetTextDatum(name);
}

static void
PutCount(Row *row, uint64 count)
{
	row->values[row->column++] = Int64GetDatum((int64) count);
}

/* Microseconds as milliseconds; null where there is none. */
static void
PutTime(Row *row, double microseconds, bool known)
{
	row->nulls[row->column] = !known;
	row->values[row->column++] = Float8GetDatum(microseconds / 1000.0);
}

static void
PutUnits(Row *row, uint64 halves)
{
	row->values[row->column++] = Float8GetDatum(halves / 2.0);
}

static void
PutRow(ReturnSetInfo *result, const MetricsTotal *total)
{
	static const MetricsCounter counts[] = {
		METRIC_FAILED,         METRIC_USER_ERRORS,     METRIC_SYSTEM_ERRORS,     METRIC_THROTTLED,
		METRIC_READ_THROTTLES, METRIC_WRITE_THROTTLES, METRIC_CONDITIONS_FAILED, METRIC_CONFLICTS,
		METRIC_ITEMS,          METRIC_BYTES,           METRIC_EXPIRED,
	};
	Row row = { .column = 0 };

	PutName(&row, total->operation);
	PutName(&row, total->table);
	PutName(&row, total->index);
	PutCount(&row, total->successes + total->counters[METRIC_FAILED]);
	for (int i = 0; i < lengthof(counts); i++)
		PutCount(&row, total->counters[counts[i]]);
	PutUnits(&row, total->counters[METRIC_READ_UNITS]);
	PutUnits(&row, total->counters[METRIC_WRITE_UNITS]);
	PutTime(&row, total->counters[METRIC_LATENCY], true);
	for (int i = 0; i < lengthof(shares); i++)
		PutTime(&row, HistogramPercentile(total->buckets, shares[i]), total->successes > 0);
	Assert(row.column == COLUMNS);
	tuplestore_putvalues(result->setResult, result->setDesc, row.values, row.nulls);
}

/* Series 0 is of all databases, and is shown where it has counted anything. */
static bool
IsShown(const MetricsTotal *total)
{
	if (OidIsValid(total->database))
		return total->database == MyDatabaseId;
	return total->successes > 0 || total->counters[METRIC_FAILED] > 0;
}

Datum
dynamo_metrics_counters(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MetricsTotal total;
	int count = MetricsSeriesCount();

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		MetricsRead(i, &total);
		if (IsShown(&total))
			PutRow(result, &total);
	}
	PG_RETURN_NULL();
}

Datum
dynamo_metrics_reset_at(PG_FUNCTION_ARGS)
{
	if (MetricsSeriesCount() == 0)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(MetricsResetAt());
}

Datum
dynamo_reset_metrics(PG_FUNCTION_ARGS)
{
	MetricsReset();
	PG_RETURN_VOID();
}
