/*
 * Lines of the data files of exports, as the service writes them (developer guide, "DynamoDB table
 * export output format").
 */
#ifndef DYNAMO_EXPORT_RECORD_H
#define DYNAMO_EXPORT_RECORD_H

#include "backup/net_changes.h"
#include "transfer/export/export_catalog.h"
#include "expr/expression.h"

#include "lib/stringinfo.h"

/* An item of a full export, or what its projection (NULL: all) leaves of it. */
extern void ExportWriteItem(StringInfo out, const ExportSpecification *specification,
                            const BoundExpression *projection, const Jsonb *item);

/* A change of an incremental one. */
extern void ExportWriteChange(StringInfo out, const ExportSpecification *specification,
                              const Table *table, const NetChange *change);

#endif
