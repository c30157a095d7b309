/*
 * The operations of DynamoDB Streams and on destinations. Each writes one JSON object. `context`
 * says who asks, `request` has passed its shape's checks.
 */
#ifndef DYNAMO_STREAM_OPERATIONS_H
#define DYNAMO_STREAM_OPERATIONS_H

#include "model/structure.h"
#include "operation/context.h"

extern void RunListStreams(const OperationContext *context, const Structure *request,
                           JsonWriter *response);
extern void RunDescribeStream(const OperationContext *context, const Structure *request,
                              JsonWriter *response);
extern void RunGetShardIterator(const OperationContext *context, const Structure *request,
                                JsonWriter *response);
extern void RunGetRecords(const OperationContext *context, const Structure *request,
                          JsonWriter *response);

/* Destinations */
extern void RunEnableKinesisStreamingDestination(const OperationContext *context,
                                                 const Structure *request, JsonWriter *response);
extern void RunDisableKinesisStreamingDestination(const OperationContext *context,
                                                  const Structure *request, JsonWriter *response);
extern void RunUpdateKinesisStreamingDestination(const OperationContext *context,
                                                 const Structure *request, JsonWriter *response);
extern void RunDescribeKinesisStreamingDestination(const OperationContext *context,
                                                   const Structure *request, JsonWriter *response);

#endif
