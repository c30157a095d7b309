/*
 * ExclusiveStartKey and LastEvaluatedKey.
 */
#ifndef DYNAMO_START_KEY_H
#define DYNAMO_START_KEY_H

#include "auth/identity.h"
#include "model/structure.h"
#include "storage/read/read.h"

/* Reads ExclusiveStartKey; NULL where the request has none. */
extern const AttributeValue *StartKeyParse(const Structure *request);

/*
 * Puts the position that a sealed start key holds in its place; rejects one that is
 * no position in the index, or not within the query. Returns what tells the query
 * and the identity that reads from others, the purpose of the keys that are sealed for it;
 * palloc'd, and empty where none are: no rows are hidden from the role, and a scan has one segment.
 */
extern Bytes StartKeyOfQuery(const Identity *identity, const Table *table, RangeQuery *query);

/* The same of a scan. */
extern Bytes StartKeyOfScan(const Identity *identity, const Table *table, SegmentScan *scan);

/* Writes the position of a stored item in the index (NULL: the table) as a key. */
extern void LastEvaluatedKeyWrite(JsonWriter *response, const Table *table, const TableIndex *index,
                                  const Jsonb *item);

/* The same of an item that the role must not know, or another segment's, sealed for the purpose. */
extern void SealedKeyWrite(JsonWriter *response, const Table *table, const TableIndex *index,
                           const Jsonb *item, Bytes purpose);

#endif
