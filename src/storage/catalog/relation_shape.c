/*
 * Reads a relation's partitioning. Its owner may have made any, so each part of it is compared with
 * what CreateTable makes.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "utils/lsyscache.h"

#include "compat.h"
#include "text/escape.h"
#include "item/key.h"
#include "storage/relation/key_expression.h"
#include "storage/catalog/relation_shape.h"
#include "storage/relation/partition_expression.h"

pg_noreturn static void
RaiseOtherShape(Relation relation)
{
	ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
	                errmsg("relation \"%s\" is not partitioned as a DynamoDB table is",
	                       RelationGetRelationName(relation)),
	                errdetail("It must be partitioned by hash of a key attribute of its column"
	                          " \"item\", of type jsonb, into a partition for each remainder.")));
}

static bool
IsItemColumn(Relation relation, AttrNumber column)
{
	return column == get_attnum(RelationGetRelid(relation), "item") &&
	       get_atttype(RelationGetRelid(relation), column) == JSONBOID;
}

static bool
ReadPartitionKey(Relation relation, KeyAttribute *attribute)
{
	Node *expression = PartitionExpressionRead(RelationGetRelid(relation));
	KeyExpressionPart parts[2];
	AttrNumber column;
	int part_count;

	if (expression == NULL || !KeyExpressionParse(expression, &column, parts, &part_count) ||
	    !IsItemColumn(relation, column) || parts[0].type == ANY_KEY_TYPE ||
	    parts[0].limit != KEY_COLUMN_LIMIT)
		return false;
	attribute->type = parts[0].type;
	return UnescapeName(BytesFromCString(parts[0].name), &attribute->name);
}

/* As many partitions as remainders, so that each has its own. */
static bool
ReadLeaves(Relation relation, RelationShape *shape)
{
	PartitionDesc partitions = RelationGetPartitionDesc(relation, true);
	PartitionBoundInfo bounds = partitions->boundinfo;

	if (bounds == NULL || bounds->nindexes != partitions->nparts ||
	    partitions->nparts > MAX_PARTITIONS)
		return false;
	shape->leaf_count = partitions->nparts;
	shape->leaves = palloc_array(Oid, shape->leaf_count);
	for (int leaf = 0; leaf < shape->leaf_count; leaf++)
	{
		if (bounds->indexes[leaf] < 0)
			return false;
		shape->leaves[leaf] = partitions->oids[bounds->indexes[leaf]];
	}
	return true;
}

void
RelationShapeRead(Relation relation, RelationShape *shape)
{
	/* Of a temporary one, other sessions and workers could read nothing. */
	if (relation->rd_rel->relkind != RELKIND_PARTITIONED_TABLE ||
	    relation->rd_rel->relpersistence == RELPERSISTENCE_TEMP ||
	    !ReadPartitionKey(relation, &shape->partition) || !ReadLeaves(relation, shape))
		RaiseOtherShape(relation);
}
