/*
 * The operations on items. `request` has passed its shape's checks; each writes
 * one JSON object.
 */
#ifndef DYNAMO_ITEM_OPERATIONS_H
#define DYNAMO_ITEM_OPERATIONS_H

#include "item/json.h"

extern void RunPutItem(const JsonNode *request, JsonWriter *response);
extern void RunGetItem(const JsonNode *request, JsonWriter *response);
extern void RunUpdateItem(const JsonNode *request, JsonWriter *response);
extern void RunDeleteItem(const JsonNode *request, JsonWriter *response);
extern void RunQuery(const JsonNode *request, JsonWriter *response);
extern void RunScan(const JsonNode *request, JsonWriter *response);
extern void RunBatchGetItem(const JsonNode *request, JsonWriter *response);
extern void RunBatchWriteItem(const JsonNode *request, JsonWriter *response);
extern void RunTransactGetItems(const JsonNode *request, JsonWriter *response);
extern void RunTransactWriteItems(const JsonNode *request, JsonWriter *response);

/* PartiQL statements on items. */
extern void RunBatchExecuteStatement(const JsonNode *request, JsonWriter *response);
extern void RunExecuteStatement(const JsonNode *request, JsonWriter *response);
extern void RunExecuteTransaction(const JsonNode *request, JsonWriter *response);

#endif
