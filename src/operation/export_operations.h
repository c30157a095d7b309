/*
 * The operations on exports. Each writes one JSON object. `context` says who asks, `request` has
 * passed its shape's checks.
 */
#ifndef DYNAMO_EXPORT_OPERATIONS_H
#define DYNAMO_EXPORT_OPERATIONS_H

#include "model/structure.h"
#include "operation/context.h"

extern void RunExportTableToPointInTime(const OperationContext *context, const Structure *request,
                                        JsonWriter *response);
extern void RunDescribeExport(const OperationContext *context, const Structure *request,
                              JsonWriter *response);
extern void RunListExports(const OperationContext *context, const Structure *request,
                           JsonWriter *response);

#endif
