/*
 * Rows of the catalog that a role which is no superuser restores.
 */
#ifndef DYNAMO_RESTORED_ROW_H
#define DYNAMO_RESTORED_ROW_H

#include "storage/catalog/catalog.h"

/*
 * Lets a row pass only where its role owns the relation, could create a table of the name, and
 * where the row says of the relation's partitions and partition key what the relation does; the
 * relation's lock lasts until the transaction ends. Reads the definition, palloc'd. Raises
 * insufficient_privilege, data_corrupted, or ResourceInUseException where there is such a table, or
 * one of the relation.
 */
extern void RestoredRowCheck(const CatalogRow *row, TableDefinition *definition, int *next_index);

/* The same, but for the checks of the row itself, of a relation that is to become a table. */
extern void RelationClaim(Oid relation, Bytes name);

#endif
