/*
 * Indexes that wait to be built or dropped by a worker (maintenance/index_build.c).
 */
#ifndef DYNAMO_PENDING_BUILD_H
#define DYNAMO_PENDING_BUILD_H

#include "storage/relation/table.h"

/* The first index that is CREATING or DELETING, or NULL. */
extern const TableIndex *FirstUnfinishedIndex(const TableDefinition *definition);

/* Whether any index waits for a worker. */
extern bool IndexBuildIsNeeded(const TableDefinition *definition);

/*
 * Has the worker that builds the table's indexes, if any, leave it; none works on it
 * until the transaction ends.
 */
extern void IndexBuildStop(Oid relation);

#endif
