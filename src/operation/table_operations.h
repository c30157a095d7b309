/*
 * The operations on tables, their time to live, tags and the account. `request` has passed its
 * shape's checks; each writes one JSON object.
 */
#ifndef DYNAMO_TABLE_OPERATIONS_H
#define DYNAMO_TABLE_OPERATIONS_H

#include "item/json.h"

extern void RunCreateTable(const JsonNode *request, JsonWriter *response);
extern void RunDescribeTable(const JsonNode *request, JsonWriter *response);
extern void RunListTables(const JsonNode *request, JsonWriter *response);
extern void RunUpdateTable(const JsonNode *request, JsonWriter *response);
extern void RunDeleteTable(const JsonNode *request, JsonWriter *response);
extern void RunUpdateTimeToLive(const JsonNode *request, JsonWriter *response);
extern void RunDescribeTimeToLive(const JsonNode *request, JsonWriter *response);
extern void RunDescribeLimits(const JsonNode *request, JsonWriter *response);
extern void RunDescribeEndpoints(const JsonNode *request, JsonWriter *response);
extern void RunTagResource(const JsonNode *request, JsonWriter *response);
extern void RunUntagResource(const JsonNode *request, JsonWriter *response);
extern void RunListTagsOfResource(const JsonNode *request, JsonWriter *response);

#endif
