/*
 * Secondary indexes as relations of the leaves.
 */
#ifndef DYNAMO_INDEX_DDL_H
#define DYNAMO_INDEX_DDL_H

#include "storage/table.h"

/* The CREATE INDEX of one leaf, palloc'd. */
extern char *LeafIndexCommand(const TableDefinition *definition, const TableIndex *index, int leaf,
							  bool concurrently);

#endif
