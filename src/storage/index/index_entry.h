/*
 * What an index holds of an item. A local or global index here is an index
 * over whole items; to the caller it must look as DynamoDB's, which stores a
 * copy of the projected attributes.
 */
#ifndef DYNAMO_INDEX_ENTRY_H
#define DYNAMO_INDEX_ENTRY_H

#include "storage/relation/table.h"

/* The attributes that an index projects, in jsonb's order of names, unique. */
typedef struct IndexProjection
{
	bool all;
	int count; /* 0 where `all` */
	Bytes *names;
} IndexProjection;

extern IndexProjection IndexProjectionOf(const Table *table, const TableIndex *index);
extern bool IndexProjects(const IndexProjection *projection, Bytes name);

/*
 * Whether the index has an entry for the item: a value for each of the index's key attributes, and
 * a vector where it is on vectors.
 */
extern bool IndexHolds(const TableIndex *index, const Jsonb *item);

/*
 * The projected attributes that the item has; of a projection that is not of
 * all. Points into `item`.
 */
extern AttributeValue IndexEntry(const IndexProjection *projection, const Jsonb *item);

/* Bytes that the index's entry for the item counts for. */
extern int IndexEntrySize(const IndexProjection *projection, const Jsonb *item);

/*
 * Bytes that an item of `size` bytes and its entries in the table's local indexes have together.
 * Requests may store no more than MAX_ITEM_SIZE (developer guide, "Quotas", "Items in tables with
 * local secondary indexes").
 */
extern int64 ItemSizeWithLocalEntries(const Table *table, const AttributeValue *item, int size);

/* Raises ValidationException where they are more. */
extern void LocalEntriesCheck(const Table *table, const AttributeValue *item, int size);

/*
 * The same of an index on vectors: the vector, which counts with its name and four bytes a
 * dimension, and the projected attributes.
 */
extern int VectorEntrySize(const TableIndex *index, const IndexProjection *projection,
                           const Jsonb *item);
extern bool VectorEntriesEqual(const TableIndex *index, const IndexProjection *projection,
                               const Jsonb *a, const Jsonb *b);

/* Bytes of an item of `size` bytes, where vectors that are in an index count so, too. */
extern int SizeWithVectors(const Table *table, const Jsonb *item, int size);

/* Whether the entries for two items are the same. */
extern bool IndexEntriesEqual(const IndexProjection *projection, const Jsonb *a, const Jsonb *b);

/* Attributes of a key, partition attributes first. */
typedef struct KeyAttributeList
{
	int count;
	const KeyAttribute *attributes[2 * MAX_KEY_ATTRIBUTES + 2];
} KeyAttributeList;

extern KeyAttributeList KeyAttributesOf(const KeySchema *key);

/*
 * The attributes of a position in the index (NULL: the table): the index's key,
 * then those of the table's key that are not in it.
 */
extern KeyAttributeList PositionAttributesOf(const Table *table, const TableIndex *index);

#endif
