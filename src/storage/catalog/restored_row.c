/*
 * Rows of the catalog that a role which is no superuser restores.
 *
 * The row is for others to see, too, and so must be true in what they rely on: whose it is and that
 * no other has its name. What only the table's own operations rely on, as its leaves' indexes, they
 * check themselves: in a restore those come after the rows.
 */
#include "postgres.h"

#include "access/relation.h"
#include "storage/lmgr.h"

#include "error/error.h"
#include "json/kept_json.h"
#include "storage/query/ddl.h"
#include "storage/catalog/definition.h"
#include "storage/catalog/relation_shape.h"
#include "storage/catalog/restored_row.h"

void
RelationClaim(Oid relation, Bytes name)
{
	Bytes other;

	CheckRelationOwner(relation);
	CheckMayCreateTables();
	CatalogClaimName(name);
	LockRelationOid(relation, ShareUpdateExclusiveLock);
	CheckRelationOwner(relation);
	if (CatalogFindRelation(relation, &other))
		DynamoError(EXCEPTION_RESOURCE_IN_USE, TEXT_TABLE_EXISTS, BYTES_ARGS(other));
}

static void
CheckLeaves(const CatalogRow *row, const RelationShape *shape)
{
	if (row->leaf_count != shape->leaf_count ||
	    memcmp(row->leaves, shape->leaves, shape->leaf_count * sizeof(Oid)) != 0)
		KeptFault("leaves", "is not what the relation's partitions are");
}

static void
CheckPartitionKey(const TableDefinition *definition, const RelationShape *shape)
{
	const KeyAttribute *attribute = &definition->key.partition[0];

	if (attribute->type != shape->partition.type ||
	    !BytesEqual(attribute->name, shape->partition.name))
		KeptFault("partition", "is not what the relation is partitioned by");
}

void
RestoredRowCheck(const CatalogRow *row, TableDefinition *definition, int *next_index)
{
	RelationShape shape;
	Relation relation;

	RelationClaim(row->relation, row->name);
	relation = relation_open(row->relation, NoLock);
	RelationShapeRead(relation, &shape);
	relation_close(relation, NoLock);
	CheckLeaves(row, &shape);
	memset(definition, 0, sizeof(TableDefinition));
	DefinitionFromJsonb(row->definition, definition, next_index);
	definition->name = row->name;
	definition->partitions = row->leaf_count;
	CheckPartitionKey(definition, &shape);
}
