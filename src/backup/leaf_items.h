/*
 * The items of a partition, as a snapshot sees them.
 */
#ifndef DYNAMO_LEAF_ITEMS_H
#define DYNAMO_LEAF_ITEMS_H

#include "storage/relation/table.h"

#include "utils/rel.h"
#include "utils/snapshot.h"

/*
 * Opens and locks a partition of a table by AccessShareLock. Raises
 * object_not_in_prerequisite_state where it is missing.
 */
extern Relation LeafItemsOpen(const Table *table, int leaf);

/* About how many items an open partition has, by its pages: as the planner takes it. */
extern int64 LeafItemsEstimate(Relation leaf);

/* Takes one item, which is good until it returns; in a context that is reset then. */
typedef void (*LeafItemsEmit)(void *argument, const Jsonb *item);

/* Gives each item, in no order. */
extern void LeafItemsRead(Relation leaf, Snapshot snapshot, LeafItemsEmit emit, void *argument);

#endif
