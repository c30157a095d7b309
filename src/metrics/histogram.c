/*
 * See histogram.h.
 */
#include "metrics/histogram.h"

uint64
HistogramBound(int bucket)
{
	int octave = (bucket - 1) / HISTOGRAM_PARTS;
	int part = (bucket - 1) % HISTOGRAM_PARTS;

	if (bucket == 0)
		return 1 << HISTOGRAM_FIRST;
	return (uint64) (HISTOGRAM_PARTS + part + 1) << (octave + HISTOGRAM_FIRST - 2);
}

double
HistogramPercentile(const uint64 buckets[HISTOGRAM_BUCKETS], double share)
{
	uint64 count = 0;
	uint64 before = 0;
	double wanted;

	for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
		count += buckets[i];
	if (count == 0)
		return 0;
	wanted = count * share;
	for (int i = 0; i < HISTOGRAM_BUCKETS - 1; i++)
	{
		double lower = i == 0 ? 0 : HistogramBound(i - 1);

		if (before + buckets[i] >= wanted && buckets[i] > 0)
			return lower + (HistogramBound(i) - lower) * (wanted - before) / buckets[i];
		before += buckets[i];
	}
	return HistogramBound(HISTOGRAM_BUCKETS - 2);
}
