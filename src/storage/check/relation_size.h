/*
 * How much room a table takes.
 */
#ifndef DYNAMO_RELATION_SIZE_H
#define DYNAMO_RELATION_SIZE_H

#include "postgres.h"

/*
 * The bytes of the relation, its TOAST table and its indexes. False where that would have to wait
 * for a lock, or the relation is gone. The locks taken are the caller's subtransaction's to give
 * back.
 */
extern bool RelationTotalSize(Oid relation, int64 *size);

#endif
