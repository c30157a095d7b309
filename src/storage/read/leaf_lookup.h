/*
 * Finding rows of one leaf by their keys: where the key cache says, or else
 * through the key index.
 */
#ifndef DYNAMO_LEAF_LOOKUP_H
#define DYNAMO_LEAF_LOOKUP_H

#include "postgres.h"

#include "access/htup.h"
#include "storage/buf.h"

#include "storage/index/item_key.h"
#include "storage/read/leaf_scan.h"

typedef struct LeafLookup
{
	const Table *table;
	Relation leaf;
	Oid key_index;
	LOCKMODE lock;         /* of the leaf, and of its key index where that is used */
	MemoryContext context; /* of the scan */
	bool scanning;
	LeafScan scan; /* of the key index, while `scanning` */
	ScanKeyData columns[MAX_ITEM_KEY_COLUMNS];

	/* What was found, good until the next search: */
	HeapTuple row;
	Datum stored;        /* the row's item */
	Jsonb *item;         /* the same, detoasted; it may point into the row */
	HeapTupleData tuple; /* the row where the key cache has led to it, */
	Buffer buffer;       /* and its pinned page, else InvalidBuffer */
} LeafLookup;

/* Opens the leaf. Belongs to the current memory context. */
extern void LeafLookupBegin(LeafLookup *lookup, Table *table, int leaf, LOCKMODE lock);

/* Lets go of what was found, and of the key index. */
extern void LeafLookupRelease(LeafLookup *lookup);

/* Closes the leaf; its lock stays to the transaction's end. */
extern void LeafLookupEnd(LeafLookup *lookup);

/* Whether the snapshot, an MVCC one, sees a row of the key. */
extern bool LeafLookupFind(LeafLookup *lookup, const ItemKey *key, Snapshot snapshot);

/* The item that was found, palloc'd. Once a search. */
extern Jsonb *LeafLookupTakeItem(LeafLookup *lookup);

#endif
