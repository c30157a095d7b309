/*
 * Indexes as relations of the leaves, and their state in the catalog.
 */
#ifndef DYNAMO_INDEX_DDL_H
#define DYNAMO_INDEX_DDL_H

#include "storage/relation/table.h"

/* The name of the index on a leaf, NULL: the key's; palloc'd. */
extern char *LeafIndexNameOf(const TableDefinition *definition, const TableIndex *index, int leaf);

/* The CREATE INDEX of one leaf, whose relation's name is qualified and quoted; palloc'd. */
extern char *LeafIndexCommand(const TableDefinition *definition, const TableIndex *index, int leaf,
                              const char *relation, bool concurrently);

/*
 * Records how far the index is. An index whose backfilling begins makes the
 * table ACTIVE again, as DynamoDB has it.
 */
extern void TableSetIndexState(Table *table, int number, ResourceStatus status, bool backfilling);

/* Records that the index of time to live has been built or dropped: it is ENABLED or DISABLED. */
extern void TableFinishTimeToLive(Table *table);

/*
 * Records that an index which is built anew has been built on the leaves before this one, or, where
 * `next_leaf` is the number of leaves, that it is done; and that it is not built anew after all.
 */
extern void TableAdvanceRebuild(Table *table, int number, int next_leaf);
extern void TableEndRebuild(Table *table, int number);

#endif
