/*
 * Where in shared buffers the row of a key was last seen.
 *
 * A hint: the row may have moved, the buffer may hold another page. A reader that uses
 * it checks that what stands there is the row that they want, and else looks in
 * the key index.
 */
#ifndef DYNAMO_KEY_CACHE_H
#define DYNAMO_KEY_CACHE_H

#include "postgres.h"

#include "executor/tuptable.h"
#include "storage/buf.h"
#include "storage/off.h"
#include "utils/rel.h"

#include "storage/index/item_key.h"

/* The root of the row's HOT chain, as the key index has it. */
typedef struct RowPlace
{
	Buffer buffer;
	OffsetNumber offset;
} RowPlace;

/* Defines dynamo.key_cache_size. There is a cache where the library is preloaded. */
extern void KeyCacheInit(void);

/* How many places it has room for; 0 where there is none. */
extern uint64 KeyCachePlaces(void);

/* Whether there is a cache, and the relation one whose rows it may know. */
extern bool KeyCacheServes(Relation leaf);

/* The hash under which a leaf's key is kept; 0 where the cache does not serve the leaf. */
extern uint64 KeyCacheHash(Relation leaf, const ItemKey *key);

/* Both do nothing, and find nothing, where the hash is 0. */
extern bool KeyCacheFind(uint64 hash, RowPlace *place);
extern void KeyCacheRemember(uint64 hash, RowPlace place);

#endif
