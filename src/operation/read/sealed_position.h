/*
 * Positions that their reader cannot read. A page may end at an item that
 * row-level security hides from the role: to go on from there is the role's right,
 * to learn the item's key is not.
 */
#ifndef DYNAMO_SEALED_POSITION_H
#define DYNAMO_SEALED_POSITION_H

#include "storage/relation/table.h"

#include "common/sha2.h"

/* Appends a value of an item's key, with its length. */
extern void PositionAppend(StringInfo position, const AttributeValue *value);

/* The position of a stored item in the index (NULL: the table); palloc'd. */
extern Bytes PositionOfItem(const Table *table, const TableIndex *index, const Jsonb *item);

/*
 * What PositionOfItem has made, as a map of the attributes of PositionAttributesOf
 * with values that can be keys; NULL for anything else. Points into `position`.
 */
extern const AttributeValue *PositionRead(const Table *table, const TableIndex *index,
                                          Bytes position);

/* Seals a position for the read that `purpose` tells from any other; palloc'd. */
extern Bytes PositionSeal(Bytes position, Bytes purpose);

/* Sets `position`, palloc'd; false for what PositionSeal has not made for the purpose. */
extern bool PositionUnseal(Bytes sealed, Bytes purpose, Bytes *position);

/* A key for the purpose, which follows from the database's secret. */
extern void PositionKey(Bytes purpose, uint8 key[PG_SHA256_DIGEST_LENGTH]);

#endif
