/*
 * What the two batch operations have in common.
 */
#ifndef DYNAMO_BATCH_H
#define DYNAMO_BATCH_H

#include "json/json.h"
#include "operation/throughput/capacity.h"
#include "storage/read/read.h"

/*
 * Sorts pointers to keys of one table by the keys' order, and rejects a batch
 * that names a key twice. Writers of several keys meet in this order and so do
 * not deadlock.
 */
extern void BatchKeysSort(const ItemKey **keys, int count);

extern bool PartitionKeysEqual(const ItemKey *a, const ItemKey *b);

#endif
