/*
 * Building new global indexes in the background.
 */
#ifndef DYNAMO_INDEX_BUILD_H
#define DYNAMO_INDEX_BUILD_H

#include "storage/table.h"

/*
 * Starts a worker that builds the table's CREATING indexes once the current
 * transaction has committed, or raises configuration_limit_exceeded where no
 * worker can be had.
 */
extern void IndexBuildStart(Oid relation);

/* Ends the worker that builds the table's indexes, if any; none works on it until the transaction
 * ends. */
extern void IndexBuildStop(Oid relation);

#endif
