/*
 * ReplicaUpdates of UpdateTable, and what DescribeTable tells of replicas.
 */
#ifndef DYNAMO_REPLICA_UPDATES_H
#define DYNAMO_REPLICA_UPDATES_H

#include "json/json.h"
#include "model/structure.h"
#include "storage/relation/table.h"

/* Raises ValidationException for what the request alone says to be wrong. */
extern void ReplicaUpdatesCheck(const Structure *request);

/* Adds and removes replicas: the regions learn of it when they ask next. */
extern void ReplicaUpdatesApply(const Structure *request, Table *table);

/* Raises ValidationException where other regions have the table. */
extern void CheckHasNoReplicas(const Table *table);

extern void DescriptionWriteReplicas(JsonWriter *response, const Table *table);

#endif
