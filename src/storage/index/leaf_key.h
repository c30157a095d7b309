/*
 * The key of an item by what a leaf's own indexes say: the access method knows relations, not
 * tables.
 */
#ifndef DYNAMO_LEAF_KEY_H
#define DYNAMO_LEAF_KEY_H

#include "postgres.h"

#include "utils/jsonb.h"
#include "utils/rel.h"

#include "storage/index/item_key.h"

/* The column of items, of which the leaf's key index is; invalid where it has no such index. */
extern AttrNumber LeafKeyColumn(Relation leaf);

/*
 * The key of a stored item, which it points into, by the leaf's unique index on the key's
 * attributes. False where there is no such index, or the item has no such key. Opens nothing.
 */
extern bool LeafKeyOfItem(Relation leaf, const Jsonb *item, ItemKey *key);

/* The same as an item of the key's attributes alone, palloc'd. */
extern Jsonb *LeafKeyItem(Relation leaf, const ItemKey *key);

#endif
