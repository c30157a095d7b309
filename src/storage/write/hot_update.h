/*
 * Whether an update leaves every index entry as it is, although each index
 * mentions `item`.
 */
#ifndef DYNAMO_HOT_UPDATE_H
#define DYNAMO_HOT_UPDATE_H

#include "postgres.h"

#include "access/htup.h"
#include "executor/tuptable.h"
#include "storage/buf.h"
#include "utils/rel.h"

/*
 * The column (`item`) whose change leaves the values and predicates of all
 * indexes as they are, or InvalidAttrNumber where heap must decide alone. `old`
 * lies in the pinned `buffer`.
 */
extern AttrNumber ColumnToHide(Relation relation, HeapTuple old, Buffer buffer,
                               TupleTableSlot *replacement);

#endif
