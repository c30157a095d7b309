/*
 * Building indexes anew while they serve, in the worker of index_build.c.
 */
#ifndef DYNAMO_INDEX_REBUILD_H
#define DYNAMO_INDEX_REBUILD_H

#include "postgres.h"

/*
 * Outside of any transaction, under the table's IndexBuildLock: does the next leaf of the first
 * index of the table that is to be built anew. False where there is none. Errors are PostgreSQL's.
 */
extern bool IndexRebuildNext(Oid relation, MemoryContext context);

/*
 * After such an error has ended its transaction: gives the index up that it was about, unless the
 * error with this SQLSTATE may be another the next time. Raises nothing.
 */
extern void IndexRebuildEndError(Oid relation, int sqlstate);

#endif
