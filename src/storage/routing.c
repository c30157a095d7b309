/*
 * Which leaf an item belongs to.
 */
#include "postgres.h"

#include "partitioning/partbounds.h"
#include "utils/partcache.h"

#include "item/key.h"
#include "storage/routing.h"

struct TableRouting
{
	FmgrInfo hash;
	Oid collation;
};

TableRouting *
TableRoutingCreate(Relation parent)
{
	PartitionKey key = RelationGetPartitionKey(parent);
	TableRouting *routing = palloc_object(TableRouting);

	if (key == NULL || key->strategy != PARTITION_STRATEGY_HASH || key->partnatts != 1)
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
		                errmsg("relation \"%s\" is not partitioned by hash of its key",
		                       RelationGetRelationName(parent))));
	fmgr_info_copy(&routing->hash, &key->partsupfunc[0], CurrentMemoryContext);
	routing->collation = key->partcollation[0];
	return routing;
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
