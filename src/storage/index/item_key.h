/*
 * An item's key against a leaf's key index.
 */
#ifndef DYNAMO_ITEM_KEY_H
#define DYNAMO_ITEM_KEY_H

#include "access/skey.h"

#include "storage/relation/table.h"

typedef struct ItemKey
{
	AttributeValue partition;
	AttributeValue sort; /* ATTRIBUTE_NULL where the table has no sort key */
} ItemKey;

/* The key of a map that holds at least the table's key attributes, checked before. */
extern ItemKey TableKeyOf(const Table *table, const AttributeValue *map);

#define MAX_ITEM_KEY_COLUMNS 2

/* Scan keys that find the item in its leaf's key index; the number of them. */
extern int ItemKeyColumns(const ItemKey *key, ScanKeyData columns[MAX_ITEM_KEY_COLUMNS]);

/* The key of a stored item; it points into the item. */
extern ItemKey StoredItemKey(const Table *table, const Jsonb *item);

/* Whether the stored item is the one of this key. */
extern bool ItemHasKey(const Table *table, const Jsonb *item, const ItemKey *key);

/* The same for keys that are equal. */
extern uint64 ItemKeyHash(const ItemKey *key, uint64 seed);

/* The same key, palloc'd. */
extern ItemKey ItemKeyCopy(const ItemKey *key);

#endif
