/*
 * The operations on items. `request` has passed its shape's checks; each writes
 * one JSON object.
 */
#ifndef DYNAMO_ITEM_OPERATIONS_H
#define DYNAMO_ITEM_OPERATIONS_H

#include "item/json.h"

extern void PutItem(const JsonNode *request, JsonWriter *response);
extern void GetItem(const JsonNode *request, JsonWriter *response);
extern void UpdateItem(const JsonNode *request, JsonWriter *response);
extern void DeleteItem(const JsonNode *request, JsonWriter *response);
extern void Query(const JsonNode *request, JsonWriter *response);
extern void Scan(const JsonNode *request, JsonWriter *response);
extern void BatchGetItem(const JsonNode *request, JsonWriter *response);
extern void BatchWriteItem(const JsonNode *request, JsonWriter *response);

#endif
