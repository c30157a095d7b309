/*
 * Which leaf an item belongs to: the table's own hash partitioning.
 */
#ifndef DYNAMO_ROUTING_H
#define DYNAMO_ROUTING_H

#include "storage/relation/table.h"

#include "nodes/nodes.h"
#include "utils/rel.h"

/* What the functions below need of the parent relation, in table->context. */
extern TableRouting *TableRoutingCreate(const Table *table, Relation parent);

/* Whether the expression of a partition key is that of the table's. */
extern bool PartitionExpressionIsKey(Node *expression, const TableDefinition *definition);

/*
 * A leaf, as an index into table->leaves, that is no partition of the relation
 * any more or has lost its key index; -1 where each is as it must be.
 */
extern int TableBrokenLeaf(const Table *table);

/* Raises object_not_in_prerequisite_state where there is a TableBrokenLeaf. */
extern void TableCheckWhole(const Table *table);

/* The leaf, as an index into table->leaves, that holds items of this partition key. */
extern int TableLeafFor(const Table *table, const AttributeValue *partition_key);

/*
 * Locks and opens a leaf. REINDEX CONCURRENTLY may have replaced indexes of the
 * leaf since TableOpen; under the lock the table's oids of them are true. Raises
 * object_not_in_prerequisite_state where the index of the key is gone.
 */
extern Relation TableLeafOpen(Table *table, int leaf, LOCKMODE lock);

#endif
