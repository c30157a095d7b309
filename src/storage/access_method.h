/*
 * The access method dynamo: heap's routines, with HOT updates added.
 */
#ifndef DYNAMO_ACCESS_METHOD_H
#define DYNAMO_ACCESS_METHOD_H

#include "postgres.h"

#include "utils/rel.h"

/*
 * Whether the open relation is a table of heap pages, of this access method or of heap: what
 * storage reads and writes without asking the executor. A leaf need not be, whose owner may have
 * given it another access method.
 */
extern bool HasHeapPages(Relation relation);

#endif
