/*
 * ItemCollectionMetrics: the size of the items that share a partition key, in
 * tables with local indexes.
 */
#ifndef DYNAMO_COLLECTION_METRICS_H
#define DYNAMO_COLLECTION_METRICS_H

#include "model/structure.h"
#include "storage/read/read.h"

/* Whether the request asks for metrics and the table has any to give. */
extern bool CollectionMetricsWanted(const Structure *request, const Table *table);

/* Writes one ItemCollectionMetrics object for the collection that `key` belongs to. */
extern void CollectionMetricsWrite(JsonWriter *writer, Table *table, const ItemKey *key);

/* Writes the member ItemCollectionMetrics where it is wanted. */
extern void CollectionMetricsMember(JsonWriter *response, const Structure *request, Table *table,
                                    const ItemKey *key);

#endif
