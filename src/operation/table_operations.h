/*
 * The operations on tables, their time to live, tags and policies, and the account. Each writes
 * one JSON object. `context` says who asks, `request` has passed its shape's checks.
 */
#ifndef DYNAMO_TABLE_OPERATIONS_H
#define DYNAMO_TABLE_OPERATIONS_H

#include "model/structure.h"
#include "operation/context.h"

extern void RunCreateTable(const OperationContext *context, const Structure *request,
                           JsonWriter *response);
extern void RunDescribeTable(const OperationContext *context, const Structure *request,
                             JsonWriter *response);
extern void RunListTables(const OperationContext *context, const Structure *request,
                          JsonWriter *response);
extern void RunUpdateTable(const OperationContext *context, const Structure *request,
                           JsonWriter *response);
extern void RunDeleteTable(const OperationContext *context, const Structure *request,
                           JsonWriter *response);
extern void RunUpdateTimeToLive(const OperationContext *context, const Structure *request,
                                JsonWriter *response);
extern void RunDescribeTimeToLive(const OperationContext *context, const Structure *request,
                                  JsonWriter *response);
extern void RunDescribeLimits(const OperationContext *context, const Structure *request,
                              JsonWriter *response);
extern void RunDescribeEndpoints(const OperationContext *context, const Structure *request,
                                 JsonWriter *response);
extern void RunTagResource(const OperationContext *context, const Structure *request,
                           JsonWriter *response);
extern void RunUntagResource(const OperationContext *context, const Structure *request,
                             JsonWriter *response);
extern void RunListTagsOfResource(const OperationContext *context, const Structure *request,
                                  JsonWriter *response);
extern void RunPutResourcePolicy(const OperationContext *context, const Structure *request,
                                 JsonWriter *response);
extern void RunGetResourcePolicy(const OperationContext *context, const Structure *request,
                                 JsonWriter *response);
extern void RunDeleteResourcePolicy(const OperationContext *context, const Structure *request,
                                    JsonWriter *response);

#endif
