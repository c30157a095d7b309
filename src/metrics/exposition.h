/*
 * The metrics as Prometheus reads them: its text format 0.0.4, and OpenMetrics 1.0, which also has
 * requests as examples of latencies.
 */
#ifndef DYNAMO_METRICS_EXPOSITION_H
#define DYNAMO_METRICS_EXPOSITION_H

#include "postgres.h"

#include "lib/stringinfo.h"

typedef struct Exposition
{
	StringInfo out;
	bool open_metrics;
} Exposition;

/* Begins a counter, whose name gets _total, or a gauge. */
extern void ExpositionCounter(Exposition *exposition, const char *name, const char *help);
extern void ExpositionGauge(Exposition *exposition, const char *name, const char *help);

/* The value of the one or the other, without labels. */
extern void ExpositionCount(Exposition *exposition, const char *name, uint64 value);
extern void ExpositionValue(Exposition *exposition, const char *name, uint64 value);
/* In seconds, of a gauge (suffix "") or a counter ("_total"). */
extern void ExpositionSeconds(Exposition *exposition, const char *name, const char *suffix,
                              uint64 microseconds);

/* All series of the current database, and the one of the others. */
extern void ExpositionSeries(Exposition *exposition);

extern void ExpositionEnd(Exposition *exposition);

#endif
