/*
 * A family of the format is written as a whole, so series are read before, all at once. What a
 * series has never counted is left out, but for its requests, and for series 0, so that each family
 * is there from the start.
 */
#include "metrics/exposition.h"

#include "miscadmin.h"

#include "metrics/series.h"

/* Bounds of Prometheus' buckets: each power of two of microseconds from 128 to 16 seconds. */
#define FIRST_BOUND 7
#define LAST_BOUND 24

typedef struct Family
{
	const char *name;
	const char *help;
	MetricsCounter counter;
	int divisor; /* of what is counted, to get the unit */
} Family;

static const Family families[] = {
	{ "dynamo_failed_requests", "Requests that had an error of any kind.", METRIC_FAILED, 1 },
	{ "dynamo_user_errors", "Requests that had an error of the client's.", METRIC_USER_ERRORS, 1 },
	{ "dynamo_system_errors", "Requests that had an error of the server's.", METRIC_SYSTEM_ERRORS,
	  1 },
	{ "dynamo_throttled_requests", "Requests that were throttled.", METRIC_THROTTLED, 1 },
	{ "dynamo_read_throttle_events", "Reads that were throttled.", METRIC_READ_THROTTLES, 1 },
	{ "dynamo_write_throttle_events", "Writes that were throttled.", METRIC_WRITE_THROTTLES, 1 },
	{ "dynamo_conditional_check_failed_requests", "Writes whose condition failed.",
	  METRIC_CONDITIONS_FAILED, 1 },
	{ "dynamo_transaction_conflicts", "Requests that met another transaction.", METRIC_CONFLICTS,
	  1 },
	{ "dynamo_returned_items", "Items that Query, Scan and PartiQL's SELECT returned.",
	  METRIC_ITEMS, 1 },
	{ "dynamo_returned_bytes", "Bytes of answers.", METRIC_BYTES, 1 },
	{ "dynamo_consumed_read_capacity_units", "Read capacity units consumed.", METRIC_READ_UNITS,
	  2 },
	{ "dynamo_consumed_write_capacity_units", "Write capacity units consumed.", METRIC_WRITE_UNITS,
	  2 },
	{ "dynamo_time_to_live_deleted_items", "Items that time to live has deleted.", METRIC_EXPIRED,
	  1 },
};

static void
Begin(Exposition *exposition, const char *name, const char *suffix, const char *type,
      const char *help)
{
	/* OpenMetrics names the family, the older format what follows. */
	if (exposition->open_metrics)
		suffix = "";
	appendStringInfo(exposition->out, "# HELP %s%s %s\n# TYPE %s%s %s\n", name, suffix, help, name,
	                 suffix, type);
}

void
ExpositionCounter(Exposition *exposition, const char *name, const char *help)
{
	Begin(exposition, name, "_total", "counter", help);
}

void
ExpositionGauge(Exposition *exposition, const char *name, const char *help)
{
	Begin(exposition, name, "", "gauge", help);
}

void
ExpositionCount(Exposition *exposition, const char *name, uint64 value)
{
	appendStringInfo(exposition->out, "%s_total " UINT64_FORMAT "\n", name, value);
}

void
ExpositionValue(Exposition *exposition, const char *name, uint64 value)
{
	appendStringInfo(exposition->out, "%s " UINT64_FORMAT "\n", name, value);
}

void
ExpositionSeconds(Exposition *exposition, const char *name, const char *suffix, uint64 microseconds)
{
	appendStringInfo(exposition->out, "%s%s %.6f\n", name, suffix, microseconds / 1e6);
}

/* Names of the API need no escapes, but the catalog of a restored dump may have others. */
static void
AppendLabel(StringInfo out, const char *name, const char *value)
{
	appendStringInfo(out, "%s=\"", name);
	for (;;)
	{
		int plain = strcspn(value, "\"\\\n");

		appendBinaryStringInfo(out, value, plain);
		value += plain;
		if (*value == '\0')
			break;
		appendStringInfoChar(out, '\\');
		appendStringInfoChar(out, *value == '\n' ? 'n' : *value);
		value++;
	}
	appendStringInfoChar(out, '"');
}

static void
AppendLabels(StringInfo out, const MetricsTotal *total, const char *bound)
{
	appendStringInfoString(out, "{");
	AppendLabel(out, "operation", total->operation);
	AppendLabel(out, ",table", total->table);
	AppendLabel(out, ",index", total->index);
	if (bound != NULL)
		AppendLabel(out, ",le", bound);
	appendStringInfoString(out, "} ");
}

static void
AppendCounter(Exposition *exposition, const Family *family, const MetricsTotal *totals, int count)
{
	bool begun = false;

	for (int i = 0; i < count; i++)
	{
		uint64 value = totals[i].counters[family->counter];

		if (value == 0 && i != SERIES_OTHER)
			continue;
		if (!begun)
			ExpositionCounter(exposition, family->name, family->help);
		begun = true;
		appendStringInfo(exposition->out, "%s_total", family->name);
		AppendLabels(exposition->out, &totals[i], NULL);
		appendStringInfo(exposition->out, "%.15g\n", (double) value / family->divisor);
	}
}

static void
AppendRequests(Exposition *exposition, const MetricsTotal *totals, int count)
{
	ExpositionCounter(exposition, "dynamo_requests", "Requests, with those that had an error.");
	for (int i = 0; i < count; i++)
	{
		appendStringInfoString(exposition->out, "dynamo_requests_total");
		AppendLabels(exposition->out, &totals[i], NULL);
		appendStringInfo(exposition->out, UINT64_FORMAT "\n",
		                 totals[i].successes + totals[i].counters[METRIC_FAILED]);
	}
}

/* --- latencies --- */

#define LATENCY "dynamo_successful_request_latency_seconds"

/* A request between the two bounds, in microseconds. */
static void
AppendExample(Exposition *exposition, const MetricsExample *example, uint64 from, uint64 to)
{
	double at = example->at / (double) USECS_PER_SEC +
	            (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (double) SECS_PER_DAY;

	if (exposition->open_metrics && example->at != 0 && example->microseconds >= from &&
	    example->microseconds < to)
		appendStringInfo(exposition->out, " # {request_id=\"%s\"} %.6f %.3f", example->request_id,
		                 example->microseconds / 1e6, at);
}

static void
AppendBucket(Exposition *exposition, const MetricsTotal *total, const char *bound, uint64 count)
{
	appendStringInfoString(exposition->out, LATENCY "_bucket");
	AppendLabels(exposition->out, total, bound);
	appendStringInfo(exposition->out, UINT64_FORMAT, count);
}

static void
AppendHistogram(Exposition *exposition, const MetricsTotal *total)
{
	StringInfo out = exposition->out;
	uint64 count = 0;
	int bucket = 0;

	for (int power = FIRST_BOUND; power <= LAST_BOUND; power++)
	{
		uint64 bound = UINT64CONST(1) << power;
		char text[32];

		for (; HistogramBound(bucket) <= bound; bucket++)
			count += total->buckets[bucket];
		snprintf(text, sizeof(text), "%.6f", bound / 1e6);
		AppendBucket(exposition, total, text, count);
		AppendExample(exposition, &total->example, power == FIRST_BOUND ? 0 : bound / 2, bound);
		appendStringInfoChar(out, '\n');
	}
	AppendBucket(exposition, total, "+Inf", total->successes);
	AppendExample(exposition, &total->example, UINT64CONST(1) << LAST_BOUND, PG_UINT64_MAX);
	appendStringInfoString(out, "\n" LATENCY "_sum");
	AppendLabels(out, total, NULL);
	appendStringInfo(out, "%.6f\n" LATENCY "_count", total->counters[METRIC_LATENCY] / 1e6);
	AppendLabels(out, total, NULL);
	appendStringInfo(out, UINT64_FORMAT "\n", total->successes);
}

static void
AppendLatencies(Exposition *exposition, const MetricsTotal *totals, int count)
{
	Begin(exposition, LATENCY, "", "histogram", "Latencies of requests that had no error.");
	for (int i = 0; i < count; i++)
	{
		if (totals[i].successes > 0 || i == SERIES_OTHER)
			AppendHistogram(exposition, &totals[i]);
	}
}

void
ExpositionSeries(Exposition *exposition)
{
	int all = MetricsSeriesCount();
	MetricsTotal *totals = palloc_extended(sizeof(MetricsTotal) * Max(all, 1), MCXT_ALLOC_HUGE);
	int count = 0;

	for (int i = 0; i < all; i++)
	{
		CHECK_FOR_INTERRUPTS();
		MetricsRead(i, &totals[count]);
		if (i == SERIES_OTHER || totals[count].database == MyDatabaseId)
			count++;
	}
	AppendRequests(exposition, totals, count);
	for (int i = 0; i < lengthof(families); i++)
		AppendCounter(exposition, &families[i], totals, count);
	AppendLatencies(exposition, totals, count);
	ExpositionGauge(exposition, "dynamo_metrics_series",
	                "Series that are counted, of all databases.");
	ExpositionValue(exposition, "dynamo_metrics_series", all);
	ExpositionGauge(exposition, "dynamo_metrics_max_series", "As many as there may be.");
	ExpositionValue(exposition, "dynamo_metrics_max_series", MetricsMaxSeries() + 1);
	pfree(totals);
}

void
ExpositionEnd(Exposition *exposition)
{
	if (exposition->open_metrics)
		appendStringInfoString(exposition->out, "# EOF\n");
}
