/*
 * Building new global indexes in the background, and building and dropping
 * those of time to live.
 */
#ifndef DYNAMO_INDEX_BUILD_H
#define DYNAMO_INDEX_BUILD_H

#include "storage/table.h"

/*
 * Starts a worker that builds the table's CREATING indexes, and drops a DELETING
 * one, once the current transaction has committed. Where no worker can be had one
 * that is at another table does it next, or maintenance starts one; where there
 * is no maintenance, raises configuration_limit_exceeded.
 */
extern void IndexBuildStart(Oid relation);

/* Whether any index waits for a worker. */
extern bool IndexBuildIsNeeded(const TableDefinition *definition);

/*
 * Ends the worker that builds the table's indexes, if any; none works on it
 * until the transaction ends.
 */
extern void IndexBuildStop(Oid relation);

#endif
