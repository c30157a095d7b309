/*
 * Creating a table: its relations, its catalog row, its views.
 *
 * Everything is plain DDL run as the current role, which needs CREATE on the
 * schemas dynamo_tables and dynamo_views and owns the relations.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"

#include "item/key.h"
#include "storage/catalog/catalog.h"
#include "storage/query/ddl.h"
#include "storage/index/index_ddl.h"
#include "storage/relation/key_expression.h"
#include "storage/relation/key_statistics.h"
#include "storage/relation/object_comment.h"
#include "storage/query/relation_name.h"
#include "storage/relation/replica_identity.h"
#include "storage/relation/rules.h"
#include "storage/relation/view.h"
#include "storage/statistics.h"

/* Room on each page for the next version of its items, so that updates stay on it. */
#define LEAF_FILLFACTOR 85

static char *
TableQualifiedName(Bytes name)
{
	return QualifiedName(TABLE_SCHEMA, TableRelationName(name));
}

static void
CreateParent(const TableDefinition *definition)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE TABLE %s (item jsonb NOT NULL, CONSTRAINT %s CHECK (",
	                 TableQualifiedName(definition->name), RULES_CONSTRAINT);
	AppendRulesExpression(&sql, definition);
	appendStringInfoString(&sql, ")) PARTITION BY HASH (");
	AppendKeyColumn(&sql, &definition->key.partition[0], KEY_COLUMN_LIMIT);
	appendStringInfoChar(&sql, ')');
	ExecuteDdl(sql.data);
}

static void
CreateLeaf(const TableDefinition *definition, int leaf)
{
	char *name = QualifiedName(TABLE_SCHEMA, LeafRelationName(definition->name, leaf));
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql,
	                 "CREATE TABLE %s PARTITION OF %s FOR VALUES WITH (MODULUS %d, REMAINDER %d)"
	                 " USING dynamo WITH (fillfactor = %d)",
	                 name, TableQualifiedName(definition->name), definition->partitions, leaf,
	                 LEAF_FILLFACTOR);
	ExecuteDdl(sql.data);
}

static void
CreateLeafIndex(const TableDefinition *definition, const TableIndex *index, int leaf, Oid relation)
{
	ExecuteDdl(LeafIndexCommand(definition, index, leaf, RelationSqlName(relation), false));
	CommentOnLeafIndex(definition, index, leaf,
	                   IndexOfLeaf(relation, LeafIndexNameOf(definition, index, leaf)));
}

/* That of the key first: who writes meanwhile needs it. */
static void
CreateIndexes(const TableDefinition *definition, const Oid *leaves)
{
	for (int leaf = 0; leaf < definition->partitions; leaf++)
		CreateLeafIndex(definition, NULL, leaf, leaves[leaf]);
	for (int i = 0; i < AllIndexCount(definition); i++)
		for (int leaf = 0; leaf < definition->partitions; leaf++)
			CreateLeafIndex(definition, AnyIndex(definition, i), leaf, leaves[leaf]);
}

static Oid *
Leaves(const TableDefinition *definition)
{
	Oid *leaves = palloc_array(Oid, definition->partitions);

	for (int leaf = 0; leaf < definition->partitions; leaf++)
		leaves[leaf] = DynamoRelation(TABLE_SCHEMA, LeafRelationName(definition->name, leaf));
	return leaves;
}

static TableDefinition
WithNumberedIndexes(const TableDefinition *definition)
{
	TableDefinition numbered = *definition;

	numbered.indexes = palloc_array(TableIndex, definition->index_count);
	numbered.vectors = palloc_array(TableIndex, definition->vector_count);
	for (int i = 0; i < AllIndexCount(definition); i++)
	{
		TableIndex *index = AnyIndex(&numbered, i);

		*index = *AnyIndex(definition, i);
		index->number = i + 1;
		index->status = STATUS_ACTIVE;
		index->backfilling = false;
	}
	return numbered;
}

static Table *
Create(const TableDefinition *definition, ResourceStatus status)
{
	TableDefinition numbered = WithNumberedIndexes(definition);
	Oid relation;
	Oid *leaves;

	PreventCommandIfReadOnly("the creation of a DynamoDB table");
	CatalogClaimName(definition->name);
	CreateParent(&numbered);
	for (int leaf = 0; leaf < numbered.partitions; leaf++)
		CreateLeaf(&numbered, leaf);
	relation = DynamoRelation(TABLE_SCHEMA, TableRelationName(definition->name));
	leaves = Leaves(&numbered);
	if (status == STATUS_ACTIVE)
		CreateIndexes(&numbered, leaves);
	ReplicaIdentityOfNewTable(relation, leaves, numbered.partitions);
	AllStatisticsCreate(&numbered, relation, leaves);
	ViewsDefine(&numbered, relation);
	CommentOnTable(&numbered, relation);
	for (int leaf = 0; leaf < numbered.partitions; leaf++)
		CommentOnLeaf(&numbered, leaf, leaves[leaf]);
	CatalogInsertTable(&numbered, relation, leaves, status, AllIndexCount(&numbered) + 1);
	return TableOpen(definition->name, 0);
}

Table *
TableCreate(const TableDefinition *definition)
{
	return Create(definition, STATUS_ACTIVE);
}

Table *
TableCreateToLoad(const TableDefinition *definition)
{
	return Create(definition, STATUS_CREATING);
}

void
TableFinishLoad(const Table *table)
{
	CatalogRow row;

	LockRelationOid(table->relation, ShareUpdateExclusiveLock);
	if (!CatalogRead(table->definition.name, &row))
		elog(ERROR, "table \"%.*s\" is missing in the catalog", BYTES_ARGS(table->definition.name));
	CreateIndexes(&table->definition, row.leaves);
	row.status = STATUS_ACTIVE;
	CatalogUpdate(&row);
	StatisticsForget(table->relation); /* that were counted while it was empty */
}
