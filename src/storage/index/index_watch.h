/*
 * The attributes of items that a relation's indexes depend on.
 */
#ifndef DYNAMO_INDEX_WATCH_H
#define DYNAMO_INDEX_WATCH_H

#include "postgres.h"

#include "utils/rel.h"

#include "storage/index/item_key.h"

/* One value that index entries depend on. */
typedef struct WatchedPart
{
	AttributeType type;
	int limit;
	Bytes stored_name;
} WatchedPart;

/*
 * What the indexes of a relation depend on. One chunk of memory, as rd_amcache
 * must be: the parts, then `others`, then the bytes of the names.
 */
typedef struct IndexWatch
{
	AttrNumber column; /* the one that expressions read; InvalidAttrNumber: nothing can be hidden */
	int part_count;
	int other_count;
	Oid *others;                   /* indexes that the executor must evaluate */
	AttrNumber key_column;         /* the one that the unique index of the items' key reads */
	int key_count;                 /* of the key's attributes; 0 where there is no such index */
	int key[MAX_ITEM_KEY_COLUMNS]; /* which parts they are */
	WatchedPart parts[FLEXIBLE_ARRAY_MEMBER];
} IndexWatch;

/*
 * What the relation's indexes depend on: worked out once and kept with its cache
 * entry. Good until the next invalidation may be taken, that is, until anything
 * is opened.
 */
extern const IndexWatch *IndexWatchGet(Relation relation);

#endif
