/*
 * Keys of items as entries of hash tables.
 */
#ifndef DYNAMO_CHANGED_KEY_H
#define DYNAMO_CHANGED_KEY_H

#include "storage/relation/table.h"

#define CHANGED_KEY_SIZE 128 /* KeySuffix has KEY_SUFFIX_LIMIT bytes at most, and some more */
#define CHANGED_KEY_MEMORY (CHANGED_KEY_SIZE + 64) /* of an entry, about */

typedef struct ChangedKey
{
	char key[CHANGED_KEY_SIZE]; /* its length, and KeySuffix, zeros behind */
} ChangedKey;

extern void ChangedKeyOf(const Table *table, const Jsonb *item, ChangedKey *key);

/* Each key belongs to one of `passes` passes, the same at any time. */
extern bool ChangedKeyIsOfPass(const ChangedKey *key, uint32 pass, uint32 passes);

#endif
