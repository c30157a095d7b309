/*
 * Which relations hold items of global tables.
 */
#ifndef DYNAMO_REPLICATED_LEAF_H
#define DYNAMO_REPLICATED_LEAF_H

#include "postgres.h"

#include "access/attnum.h"
#include "utils/rel.h"

/* The column, beside `item`, in which the access method keeps the stamps of items. */
#define STAMP_COLUMN "dynamo_stamp"

/*
 * Of the own region: whether it has a whole copy, and takes writes of its own. Of another one:
 * whether all that it had was fetched, so that its changes alone follow.
 */
#define REPLICA_CREATING "CREATING"
#define REPLICA_ACTIVE "ACTIVE"

/*
 * The column of stamps in a leaf of a table that has replicas, and the table's own relation; false
 * where it is of none. What has been found out is kept until the leaf's cache entry is built anew.
 * Raises object_not_in_prerequisite_state where the server has no region number.
 */
typedef struct ReplicatedLeaf
{
	AttrNumber column;
	Oid table;
	bool joining; /* it is being copied from other regions, and takes no writes of this one */
} ReplicatedLeaf;

extern bool ReplicatedLeafFind(Relation leaf, ReplicatedLeaf *found);

/* The column of this name and type, whichever table it is; or invalid. */
extern AttrNumber StampColumn(TupleDesc columns);

/* Whether the table has replicas: a row of dynamo.replica_catalog. */
extern bool TableHasReplicas(Oid table);

/* After rows of dynamo.replica_catalog were written: all sessions look again. */
extern void ReplicasChanged(Oid table);

#endif
