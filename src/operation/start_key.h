/*
 * ExclusiveStartKey and LastEvaluatedKey.
 */
#ifndef DYNAMO_START_KEY_H
#define DYNAMO_START_KEY_H

#include "item/json.h"
#include "storage/read.h"

/* Reads ExclusiveStartKey; NULL where the request has none. */
extern const AttributeValue *StartKeyParse(const JsonNode *request);

/* Rejects a start key that is no position in the index, or not within the query. */
extern void StartKeyCheckQuery(const Table *table, const RangeQuery *query);

/* Rejects a start key that is no position in the index that a scan reads. */
extern void StartKeyCheckScan(const Table *table, const SegmentScan *scan);

/* Writes the position of a stored item in the index (NULL: the table) as a key. */
extern void LastEvaluatedKeyWrite(JsonWriter *response, const Table *table, const TableIndex *index,
                                  const Jsonb *item);

#endif
