/*
 * Telling the key cache of rows that are written.
 */
#ifndef DYNAMO_KEY_CACHE_FILL_H
#define DYNAMO_KEY_CACHE_FILL_H

#include "postgres.h"

#include "executor/tuptable.h"
#include "utils/rel.h"

/*
 * Remembers the place of the row that the slot holds and that has just been stored
 * as the root of a HOT chain of the relation.
 */
extern void KeyCacheFill(Relation relation, TupleTableSlot *slot);

#endif
