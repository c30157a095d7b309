/*
 * Latencies in logarithmic buckets: four to each power of two of microseconds. The widest has a
 * quarter of its lower bound, so that a percentile is off by a quarter at most. Everything below 16
 * microseconds is one bucket, and everything from 33 seconds on another.
 */
#ifndef DYNAMO_METRICS_HISTOGRAM_H
#define DYNAMO_METRICS_HISTOGRAM_H

#include "postgres.h"

#include "port/pg_bitutils.h"

#define HISTOGRAM_FIRST 4 /* the power of two below which there is one bucket */
#define HISTOGRAM_OCTAVES 21
#define HISTOGRAM_PARTS 4
#define HISTOGRAM_BUCKETS (1 + HISTOGRAM_OCTAVES * HISTOGRAM_PARTS + 1)

/* The bucket of a latency. */
static inline int
HistogramBucket(uint64 microseconds)
{
	int octave;

	if (microseconds < (1 << HISTOGRAM_FIRST))
		return 0;
	octave = pg_leftmost_one_pos64(microseconds) - HISTOGRAM_FIRST;
	if (octave >= HISTOGRAM_OCTAVES)
		return HISTOGRAM_BUCKETS - 1;
	return 1 + octave * HISTOGRAM_PARTS +
	       (int) ((microseconds >> (octave + HISTOGRAM_FIRST - 2)) & (HISTOGRAM_PARTS - 1));
}

/* Microseconds below which the bucket's latencies are; not of the last one, which has no bound. */
extern uint64 HistogramBound(int bucket);

/* Microseconds below which the share of all latencies is, by interpolation; 0 where there are none.
 */
extern double HistogramPercentile(const uint64 buckets[HISTOGRAM_BUCKETS], double share);

#endif
