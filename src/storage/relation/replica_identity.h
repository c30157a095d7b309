/*
 * Replica identities: what WAL keeps of the old version of an item that is changed or deleted.
 *
 * PostgreSQL refuses changes of a published table whose identity is neither a unique index of
 * columns nor FULL, the whole old row. The key of a table is one of expressions, so it must be
 * FULL, of the partitioned table and of each leaf. Where the WAL has no readers FULL costs nothing,
 * and at wal_level logical about as much WAL again as the change.
 */
#ifndef DYNAMO_REPLICA_IDENTITY_H
#define DYNAMO_REPLICA_IDENTITY_H

#include "storage/relation/table.h"

#include "nodes/nodes.h"
#include "utils/rel.h"

/* Defines the setting dynamo.replica_identity. */
extern void ReplicaIdentityInit(void);

/* Gives a new table's relations the identity that the setting and the publications want. */
extern void ReplicaIdentityOfNewTable(Oid relation, const Oid *leaves, int leaf_count);

/* What a stream's table needs. */
#define REPLICA_IDENTITY_NAME_FULL "full"

/*
 * The identity of this name that a table can have, a constant: "full", "default" or "nothing".
 * NULL where there is none. The last two are of use where no publication has the table's changes.
 */
extern const char *ReplicaIdentityNamed(Bytes name);

/* The one that the relation has, as a constant. */
extern const char *ReplicaIdentityOf(Oid relation);

/* Whether a publication has updates or deletes of the relation, which need the identity FULL. */
extern bool ReplicaIdentityIsPublished(Oid relation);

/* Sets it for the relations of a table, as the current role, under locks that keep all others out.
 */
extern void ReplicaIdentitySet(Oid relation, const Oid *leaves, int leaf_count,
                               const char *identity);

/*
 * Raises ValidationException, which names the publication and the remedy, where an UPDATE or DELETE
 * (`command`) of the leaf is published and has no identity; what PostgreSQL raises where a row
 * filter or a list of columns does not fit.
 */
extern void CheckReplicaIdentity(const Table *table, Relation leaf, CmdType command);

#endif
