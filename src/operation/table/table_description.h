/*
 * TableDescription, as every operation on tables answers it.
 */
#ifndef DYNAMO_TABLE_DESCRIPTION_H
#define DYNAMO_TABLE_DESCRIPTION_H

#include "json/json.h"
#include "operation/throughput/table_settings.h"

/* Whole, as DescribeTable has it; `status` may be another than the table's own. */
extern void TableDescriptionWrite(JsonWriter *response, Table *table, const TableSettings *settings,
                                  ResourceStatus status);

/* The shorter one of a table that is being deleted. */
extern void DeletedTableDescriptionWrite(JsonWriter *response, Table *table,
                                         const TableSettings *settings);

/*
 * Members of descriptions, with their names: KeySchema, Projection, OnDemandThroughput and
 * SSEDescription, the latter two where there is any.
 */
extern void DescriptionWriteKey(JsonWriter *response, const KeySchema *key);
extern void DescriptionWriteProjection(JsonWriter *response, const TableIndex *index);
extern void DescriptionWriteMaximum(JsonWriter *response, const Capacity *capacity);
extern void DescriptionWriteEncryption(JsonWriter *response, const TableSettings *settings);

#endif
