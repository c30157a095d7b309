/*
 * Loading the items of a table that is CREATING, without its indexes.
 */
#ifndef DYNAMO_LOAD_H
#define DYNAMO_LOAD_H

#include "storage/relation/table.h"

/* Items that are written to the leaves of a table in runs. */
typedef struct TableLoad TableLoad;

/*
 * Begins to load a table that the current role owns (table_owner.h), whose leaves are locked
 * against other writers until the transaction ends.
 */
extern TableLoad *TableLoadBegin(Table *table);
extern void TableLoadItem(TableLoad *load, int leaf, const Jsonb *item);
extern void TableLoadEnd(TableLoad *load);

/* Takes away what an owner has written to the table, or an earlier attempt, in a transaction of
 * its own: readers of the table wait for it. */
extern void TableEmpty(Table *table);

/*
 * TableFinishLoad of items that may have the same key: one of those that share it stays. In a
 * transaction, as the table's owner.
 */
extern void TableFinishLoadOfAny(Table *table);

#endif
