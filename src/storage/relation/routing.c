/*
 * Which leaf an item belongs to.
 */
#include "postgres.h"

#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "utils/partcache.h"

#include "text/escape.h"
#include "item/key.h"
#include "storage/relation/key_expression.h"
#include "storage/relation/partition_expression.h"
#include "storage/relation/routing.h"

struct TableRouting
{
	FmgrInfo hash;
	Oid collation;
	int broken_leaf;
};

/* Whether PostgreSQL would put items of this hash remainder there too. */
static bool
IsPartition(PartitionDesc partitions, const Table *table, int leaf)
{
	PartitionBoundInfo bounds = partitions->boundinfo;

	return bounds != NULL && bounds->nindexes == table->definition.partitions &&
	       bounds->indexes[leaf] >= 0 &&
	       partitions->oids[bounds->indexes[leaf]] == table->leaves[leaf].relation;
}

static int
FindBrokenLeaf(const Table *table, Relation parent)
{
	PartitionDesc partitions = RelationGetPartitionDesc(parent, true);

	for (int leaf = 0; leaf < table->definition.partitions; leaf++)
		if (!IsPartition(partitions, table, leaf) || !OidIsValid(table->leaves[leaf].key_index))
			return leaf;
	return -1;
}

bool
PartitionExpressionIsKey(Node *expression, const TableDefinition *definition)
{
	const KeyAttribute *attribute = &definition->key.partition[0];
	KeyExpressionPart parts[2];
	AttrNumber column;
	int part_count;
	Bytes name;

	return KeyExpressionParse(expression, &column, parts, &part_count) &&
	       parts[0].type == attribute->type && parts[0].limit == KEY_COLUMN_LIMIT &&
	       UnescapeName(BytesFromCString(parts[0].name), &name) &&
	       BytesEqual(name, attribute->name);
}

/* Whether rows go to partitions by the hash that TableLeafFor computes. */
static bool
IsPartitionedByKey(const Table *table)
{
	Node *expression = PartitionExpressionRead(table->relation);

	return expression != NULL && PartitionExpressionIsKey(expression, &table->definition);
}

TableRouting *
TableRoutingCreate(const Table *table, Relation parent)
{
	PartitionKey key;
	TableRouting *routing;

	if (!IsPartitionedByKey(table))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
		                errmsg("relation \"%s\" is not partitioned by hash of its key",
		                       RelationGetRelationName(parent))));
	key = RelationGetPartitionKey(parent);
	routing = MemoryContextAlloc(table->context, sizeof(TableRouting));
	fmgr_info_copy(&routing->hash, &key->partsupfunc[0], table->context);
	routing->collation = key->partcollation[0];
	routing->broken_leaf = FindBrokenLeaf(table, parent);
	return routing;
}

int
TableBrokenLeaf(const Table *table)
{
	return table->routing->broken_leaf;
}

int
TableLeafFor(const Table *table, const AttributeValue *partition_key)
{
	Datum value = KeyColumn(partition_key, KEY_COLUMN_LIMIT);
	bool null = false;
	uint64 hash = compute_partition_hash_value(1, &table->routing->hash, &table->routing->collation,
	                                           &value, &null);

	return (int) (hash % (uint64) table->definition.partitions);
}
