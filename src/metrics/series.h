/*
 * Counters in shared memory: a series for each operation on each table or index.
 *
 * They are there where the library is preloaded, from the server's start on. How many series there
 * are is a setting; what has none of its own counts in series 0. A series that was once made stays
 * until the server starts again, with its table's name: a table that is made anew goes on with it.
 */
#ifndef DYNAMO_METRICS_SERIES_H
#define DYNAMO_METRICS_SERIES_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "metrics/histogram.h"
#include "text/bytes.h"

#define METRICS_MAX_NAME 255 /* bytes of a table's or index's name */
#define METRICS_MAX_OPERATION 47
#define METRICS_MAX_REQUEST_ID 52

/* Series 0 is of all that have none of their own. */
#define SERIES_OTHER 0
#define SERIES_NONE (-1)

typedef enum MetricsCounter
{
	METRIC_LATENCY,     /* microseconds of all requests that had no error */
	METRIC_BYTES,       /* of their answers */
	METRIC_ITEMS,       /* that Query, Scan and SELECTs of PartiQL returned */
	METRIC_READ_UNITS,  /* halves of capacity units */
	METRIC_WRITE_UNITS, /* the same */
	METRIC_FAILED,      /* requests that had an error */
	METRIC_USER_ERRORS, /* of them: see docs/monitoring.md */
	METRIC_SYSTEM_ERRORS,
	METRIC_THROTTLED,
	METRIC_CONDITIONS_FAILED,
	METRIC_CONFLICTS,
	METRIC_READ_THROTTLES,
	METRIC_WRITE_THROTTLES,
	METRIC_EXPIRED, /* items that time to live has deleted */
	METRIC_COUNTERS
} MetricsCounter;

/* What a series is of. */
typedef struct MetricsSubject
{
	const char *operation; /* "GetItem", a constant */
	Bytes table;           /* no data: of no table, or of several */
	Bytes index;           /* no data: of the table itself */
} MetricsSubject;

/* A request of the series, one of the slowest lately. */
typedef struct MetricsExample
{
	TimestampTz at; /* 0: there is none */
	uint64 microseconds;
	char request_id[METRICS_MAX_REQUEST_ID + 1];
} MetricsExample;

/* The sums of a series, in the memory of its reader. */
typedef struct MetricsTotal
{
	Oid database; /* InvalidOid: of series 0 */
	char operation[METRICS_MAX_OPERATION + 1];
	char table[METRICS_MAX_NAME + 1]; /* "": none */
	char index[METRICS_MAX_NAME + 1];
	uint64 successes;
	uint64 counters[METRIC_COUNTERS];
	uint64 buckets[HISTOGRAM_BUCKETS];
	MetricsExample example;
} MetricsTotal;

/* Defines the settings and, while the library is being preloaded, reserves the shared memory. */
extern void MetricsInit(void);

/* dynamo.metrics_consumed_capacity: units are counted of all tables. */
extern bool metrics_consumed_capacity;

/* Whether there is shared memory, and counting is on. */
extern bool MetricsAreOn(void);

/* In an HTTP worker, by its number, at its start: it counts apart from others. */
extern void MetricsAttachWorker(int worker);

/*
 * The subject's series in the current database, made where there is none; SERIES_NONE where
 * nothing is counted. Waits for no lock but, while a series is made, those who make others.
 */
extern int MetricsSeries(const MetricsSubject *subject);

extern void MetricsAdd(int series, MetricsCounter counter, uint64 value);

/* A request had no error. Of an HTTP request, its id is an example; else NULL. */
extern void MetricsSuccess(int series, uint64 microseconds, uint64 bytes, const char *request_id);

/* Series, with series 0, and how many requests have counted in that for want of another. */
extern int MetricsSeriesCount(void);
extern int MetricsMaxSeries(void);

/* Of series 0 to MetricsSeriesCount() - 1. */
extern void MetricsRead(int series, MetricsTotal *total);

/* The name of the series' table, "" where it has none, or is SERIES_NONE. */
extern const char *MetricsTableOf(int series);

/* Sets all counters to 0; names stay. When that last was; the server's start where it never was. */
extern void MetricsReset(void);
extern TimestampTz MetricsResetAt(void);

#endif
