/*
 * Building new global indexes in the background, and building and dropping
 * those of time to live.
 */
#ifndef DYNAMO_INDEX_BUILD_H
#define DYNAMO_INDEX_BUILD_H

#include "storage/relation/table.h"

/* Whether any index waits for a worker. */
extern bool IndexBuildIsNeeded(const TableDefinition *definition);

/*
 * Has the worker that builds the table's indexes, if any, leave it; none works on it
 * until the transaction ends.
 */
extern void IndexBuildStop(Oid relation);

#endif
