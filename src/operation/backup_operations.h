/*
 * The operations on backups. Each writes one JSON object. `context` says who asks, `request` has
 * passed its shape's checks.
 */
#ifndef DYNAMO_BACKUP_OPERATIONS_H
#define DYNAMO_BACKUP_OPERATIONS_H

#include "model/structure.h"
#include "operation/context.h"

extern void RunCreateBackup(const OperationContext *context, const Structure *request,
                            JsonWriter *response);
extern void RunDescribeBackup(const OperationContext *context, const Structure *request,
                              JsonWriter *response);
extern void RunListBackups(const OperationContext *context, const Structure *request,
                           JsonWriter *response);
extern void RunDeleteBackup(const OperationContext *context, const Structure *request,
                            JsonWriter *response);
extern void RunRestoreTableFromBackup(const OperationContext *context, const Structure *request,
                                      JsonWriter *response);
extern void RunUpdateContinuousBackups(const OperationContext *context, const Structure *request,
                                       JsonWriter *response);
extern void RunDescribeContinuousBackups(const OperationContext *context, const Structure *request,
                                         JsonWriter *response);
extern void RunRestoreTableToPointInTime(const OperationContext *context, const Structure *request,
                                         JsonWriter *response);

#endif
