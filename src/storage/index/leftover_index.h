/*
 * What REINDEX CONCURRENTLY leaves behind where it is interrupted.
 */
#ifndef DYNAMO_LEFTOVER_INDEX_H
#define DYNAMO_LEFTOVER_INDEX_H

#include "postgres.h"

#include "nodes/pg_list.h"

/*
 * The oids of the leaf's indexes that are not valid and have the names which the command gives to
 * copies of the index `name`. Where it is still at work on the index they are its own. Needs a lock
 * of the leaf.
 */
extern List *LeftoverIndexes(Oid leaf, const char *name);

#endif
