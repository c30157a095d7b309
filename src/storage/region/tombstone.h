/*
 * dynamo.tombstones: the stamps of deletions in global tables.
 *
 * Rows are only added, and dropped once all regions must have seen them. Who adds one, or relies on
 * what is there, holds the key: by the row that is deleted, or by the key index.
 */
#ifndef DYNAMO_TOMBSTONE_H
#define DYNAMO_TOMBSTONE_H

#include "postgres.h"

#include "utils/jsonb.h"

#include "region/stamp.h"

/* A key of a table. `hash` is its ItemKeyHash with the seed 0. */
typedef struct DeletedKey
{
	Oid table;
	uint64 hash;
	const Jsonb *key; /* an item of the key's attributes */
} DeletedKey;

extern void TombstoneAdd(const DeletedKey *key, Stamp stamp);

/* The latest that has been committed, or that this transaction has added; 0: none. */
extern Stamp TombstoneFind(const DeletedKey *key);

#endif
