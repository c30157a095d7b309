/*
 * The operations on items. Each writes one JSON object. `context` says who asks,
 * `request` has passed its shape's checks.
 */
#ifndef DYNAMO_ITEM_OPERATIONS_H
#define DYNAMO_ITEM_OPERATIONS_H

#include "model/structure.h"
#include "operation/context.h"

extern void RunPutItem(const OperationContext *context, const Structure *request,
                       JsonWriter *response);
extern void RunGetItem(const OperationContext *context, const Structure *request,
                       JsonWriter *response);
extern void RunUpdateItem(const OperationContext *context, const Structure *request,
                          JsonWriter *response);
extern void RunDeleteItem(const OperationContext *context, const Structure *request,
                          JsonWriter *response);
extern void RunQuery(const OperationContext *context, const Structure *request,
                     JsonWriter *response);
extern void RunScan(const OperationContext *context, const Structure *request,
                    JsonWriter *response);
extern void RunSearchVectors(const OperationContext *context, const Structure *request,
                             JsonWriter *response);
extern void RunBatchGetItem(const OperationContext *context, const Structure *request,
                            JsonWriter *response);
extern void RunBatchWriteItem(const OperationContext *context, const Structure *request,
                              JsonWriter *response);
extern void RunTransactGetItems(const OperationContext *context, const Structure *request,
                                JsonWriter *response);
extern void RunTransactWriteItems(const OperationContext *context, const Structure *request,
                                  JsonWriter *response);

/* PartiQL statements on items. */
extern void RunBatchExecuteStatement(const OperationContext *context, const Structure *request,
                                     JsonWriter *response);
extern void RunExecuteStatement(const OperationContext *context, const Structure *request,
                                JsonWriter *response);
extern void RunExecuteTransaction(const OperationContext *context, const Structure *request,
                                  JsonWriter *response);

#endif
