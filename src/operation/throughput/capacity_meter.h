/*
 * Capacity units and throttled requests in the metrics (metrics/series.h), of tables and global
 * indexes; local indexes count with their table.
 */
#ifndef DYNAMO_CAPACITY_METER_H
#define DYNAMO_CAPACITY_METER_H

#include "operation/throughput/capacity.h"

/*
 * Units that were consumed, of the table itself so many times. Where the metrics are not to know
 * the table's it does nothing.
 */
extern void CapacityMeter(const ConsumedCapacity *capacity, int times);

/* Requests that the indexes, or without any the table, have throttled. */
extern void CapacityMeterThrottle(const ConsumedCapacity *capacity,
                                  const TableIndex *const *indexes, int index_count, int64 count);

#endif
