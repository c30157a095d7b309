/*
 * Counting the keys that requests are about, for Contributor Insights.
 *
 * A request on an item counts its partition key and, where there is a sort key, both together; one
 * that reads a range counts its partition key; a scan counts none. A write counts as well for each
 * global index whose entry it changes, with the key that the entry has then. It counts once,
 * whatever it consumes.
 */
#ifndef DYNAMO_COUNTED_KEYS_H
#define DYNAMO_COUNTED_KEYS_H

#include "operation/throughput/capacity.h"

/* What has been served. */
extern void CountedKeysAccessed(const ConsumedCapacity *capacity);

/* What the table, or a global index, has no throughput left for; so many times. */
extern void CountedKeysThrottled(const ConsumedCapacity *capacity, const TableIndex *index,
                                 int64 times);

#endif
