/*
 * The operations on tables, tags and the account. `request` has passed its
 * shape's checks; each writes one JSON object.
 */
#ifndef DYNAMO_TABLE_OPERATIONS_H
#define DYNAMO_TABLE_OPERATIONS_H

#include "item/json.h"

extern void CreateTable(const JsonNode *request, JsonWriter *response);
extern void DescribeTable(const JsonNode *request, JsonWriter *response);
extern void ListTables(const JsonNode *request, JsonWriter *response);
extern void UpdateTable(const JsonNode *request, JsonWriter *response);
extern void DeleteTable(const JsonNode *request, JsonWriter *response);
extern void DescribeLimits(const JsonNode *request, JsonWriter *response);
extern void DescribeEndpoints(const JsonNode *request, JsonWriter *response);
extern void TagResource(const JsonNode *request, JsonWriter *response);
extern void UntagResource(const JsonNode *request, JsonWriter *response);
extern void ListTagsOfResource(const JsonNode *request, JsonWriter *response);

#endif
