/*
 * Alternatives of WHERE that would read an item twice.
 */
#ifndef DYNAMO_OVERLAP_H
#define DYNAMO_OVERLAP_H

#include "partiql/where.h"
#include "storage/relation/table.h"

/*
 * Raises ValidationException where WHERE, which lists values of the partition key, lists one twice
 * or has alternatives of one partition whose conditions on the sort key overlap.
 */
extern void WhereCheckOverlap(const BoundExpression *where, List *conjuncts, const KeySchema *key);

#endif
