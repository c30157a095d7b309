/*
 * dynamo.replica_catalog: which regions have a global table, and how far what they write has been
 * applied here.
 *
 * A table with a row has stamps in its rows, and its changes are captured. The row of the own
 * region is there from the first to the last.
 */
#ifndef DYNAMO_REPLICA_CATALOG_H
#define DYNAMO_REPLICA_CATALOG_H

#include "compat.h"
#include "region/stamp.h"
#include "storage/region/replicated_leaf.h"
#include "storage/relation/table.h"

#include "nodes/pg_list.h"

typedef struct Replica
{
	Oid relation;
	int region;
	bool removed;        /* once had the table */
	TimestampTz changed; /* when it was added or removed: the last one counts, in all regions */
	bool active;
	TimestampTz caught_up; /* when nothing was left to fetch; 0: never */
	char *position;        /* in the other region's change log; NULL: none yet */
	char *copied;          /* where its copy goes on; NULL: at the beginning */
	int percent;
	int64 applied; /* changes that have come */
	Stamp applied_stamp;
} Replica;

/* A table's, by number: a list of palloc'd Replica; those of one region. */
extern List *ReplicasOf(Oid relation);
extern List *ReplicasFrom(int region);
extern List *ReplicasRemoved(int region);

/*
 * Makes the table one of several regions: its rows get stamps. In the own region it is CREATING
 * where it is to be copied from elsewhere, and takes no writes but those. The current role owns it.
 */
extern void TableReplicate(Table *table, bool active);

/* Takes stamps, tombstones and rows away again. */
extern void TableEndReplication(Table *table);

/*
 * Another region is to have the table, or not to have it any more, from `changed` on. Nothing is
 * done where something later is known. What a region wrote before it was removed stays.
 */
extern void ReplicaSetMember(Oid relation, int region, bool removed, TimestampTz changed);

/* A region that was removed knows it. */
extern void ReplicaForget(Oid relation, int region);

/* The own region's copy is whole. */
extern void ReplicaActivate(Oid relation);

/* Keeps position, copied, percent, applied and whether it is active; `caught_up`: nothing is left.
 */
extern void ReplicaSave(const Replica *replica, bool caught_up);
extern void ReplicaNoteError(Oid relation, int region, const char *error);

/* What is known of the region is fetched again, from the beginning. */
extern void ReplicaStartOver(Oid relation, int region);

/* Rows of a relation that was dropped. */
extern void ReplicasForget(Oid relation);

/* While TableEndReplication drops the column of stamps. */
extern bool ReplicasAreChanging(void);

/* object_not_in_prerequisite_state: the command is not for a table that has replicas. */
pg_noreturn extern void RaiseHasReplicas(const char *command);

#endif
