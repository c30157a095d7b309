/*
 * What the relation of a table says of it by itself, without the catalog.
 */
#ifndef DYNAMO_RELATION_SHAPE_H
#define DYNAMO_RELATION_SHAPE_H

#include "storage/relation/table.h"

#include "utils/rel.h"

typedef struct RelationShape
{
	KeyAttribute partition; /* its name as the item has it, unescaped */
	int leaf_count;
	Oid *leaves; /* by hash remainder */
} RelationShape;

/*
 * Reads the partition key and the leaves of a relation; palloc'd. Raises wrong_object_type unless
 * it is partitioned as CreateTable does it: by hash of one attribute of a jsonb column `item`, into
 * a partition for each remainder.
 */
extern void RelationShapeRead(Relation relation, RelationShape *shape);

#endif
