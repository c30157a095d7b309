/*
 * The operations on imports and bulk puts. Each writes one JSON object. `context` says who asks,
 * `request` has passed its shape's checks.
 */
#ifndef DYNAMO_IMPORT_OPERATIONS_H
#define DYNAMO_IMPORT_OPERATIONS_H

#include "model/structure.h"
#include "operation/context.h"

extern void RunImportTable(const OperationContext *context, const Structure *request,
                           JsonWriter *response);
extern void RunDescribeImport(const OperationContext *context, const Structure *request,
                              JsonWriter *response);
extern void RunListImports(const OperationContext *context, const Structure *request,
                           JsonWriter *response);
extern void RunStartBulkPutItems(const OperationContext *context, const Structure *request,
                                 JsonWriter *response);
extern void RunDescribeBulkOperation(const OperationContext *context, const Structure *request,
                                     JsonWriter *response);
extern void RunListBulkOperations(const OperationContext *context, const Structure *request,
                                  JsonWriter *response);
extern void RunCancelBulkOperation(const OperationContext *context, const Structure *request,
                                   JsonWriter *response);

#endif
