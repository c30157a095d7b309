/*
 * The metrics of the last three hours, a sample a minute, of each table and of all together.
 *
 * The first tables that are used have a place of their own; the others are in the sums alone.
 */
#ifndef DYNAMO_METRICS_HISTORY_H
#define DYNAMO_METRICS_HISTORY_H

#include "metrics/series.h"

#define HISTORY_TABLES 64 /* with the first, which is of all together */
#define HISTORY_SAMPLES 180

/* What has been counted since the sample before. */
typedef struct HistorySample
{
	TimestampTz at;
	uint32 seconds; /* since the sample before */
	uint32 requests;
	uint32 failed;
	uint32 throttled;
	uint32 user_errors;
	uint32 system_errors;
	uint32 items;
	uint64 bytes;
	float read_units;
	float write_units;
	float p50; /* microseconds; of requests without an error */
	float p99;
} HistorySample;

/* Reserves the shared memory while the library is being preloaded. */
extern void HistoryInit(void);

/*
 * Takes the sample that is due, if one is and no other process takes it. Otherwise some
 * instructions. Raises no error.
 */
extern void HistoryTick(void);

typedef void (*HistoryVisitor)(Oid database, const char *table, const HistorySample *sample,
                               void *argument);

/* Visits the samples of the table places, the oldest first; "" is all tables of all databases. */
extern void HistoryVisit(HistoryVisitor visit, void *argument);

#endif
