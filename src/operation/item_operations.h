/*
 * The operations on items. `request` has passed its shape's checks; each writes
 * one JSON object.
 */
#ifndef DYNAMO_ITEM_OPERATIONS_H
#define DYNAMO_ITEM_OPERATIONS_H

#include "model/structure.h"

extern void RunPutItem(const Structure *request, JsonWriter *response);
extern void RunGetItem(const Structure *request, JsonWriter *response);
extern void RunUpdateItem(const Structure *request, JsonWriter *response);
extern void RunDeleteItem(const Structure *request, JsonWriter *response);
extern void RunQuery(const Structure *request, JsonWriter *response);
extern void RunScan(const Structure *request, JsonWriter *response);
extern void RunBatchGetItem(const Structure *request, JsonWriter *response);
extern void RunBatchWriteItem(const Structure *request, JsonWriter *response);
extern void RunTransactGetItems(const Structure *request, JsonWriter *response);
extern void RunTransactWriteItems(const Structure *request, JsonWriter *response);

/* PartiQL statements on items. */
extern void RunBatchExecuteStatement(const Structure *request, JsonWriter *response);
extern void RunExecuteStatement(const Structure *request, JsonWriter *response);
extern void RunExecuteTransaction(const Structure *request, JsonWriter *response);

#endif
