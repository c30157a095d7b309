/*
 * The operations on tables, their time to live, tags and the account. `request` has passed its
 * shape's checks; each writes one JSON object.
 */
#ifndef DYNAMO_TABLE_OPERATIONS_H
#define DYNAMO_TABLE_OPERATIONS_H

#include "model/structure.h"

extern void RunCreateTable(const Structure *request, JsonWriter *response);
extern void RunDescribeTable(const Structure *request, JsonWriter *response);
extern void RunListTables(const Structure *request, JsonWriter *response);
extern void RunUpdateTable(const Structure *request, JsonWriter *response);
extern void RunDeleteTable(const Structure *request, JsonWriter *response);
extern void RunUpdateTimeToLive(const Structure *request, JsonWriter *response);
extern void RunDescribeTimeToLive(const Structure *request, JsonWriter *response);
extern void RunDescribeLimits(const Structure *request, JsonWriter *response);
extern void RunDescribeEndpoints(const Structure *request, JsonWriter *response);
extern void RunTagResource(const Structure *request, JsonWriter *response);
extern void RunUntagResource(const Structure *request, JsonWriter *response);
extern void RunListTagsOfResource(const Structure *request, JsonWriter *response);

#endif
