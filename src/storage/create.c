/*
 * Creating a table: its relations, its catalog row, its view.
 *
 * Everything is plain DDL run as the current role, which needs CREATE on the
 * schemas dynamo_tables and dynamo_views and owns the relations.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "item/key.h"
#include "storage/catalog/catalog.h"
#include "storage/relation/ddl.h"
#include "storage/index/index_ddl.h"
#include "storage/relation/key_expression.h"
#include "storage/relation/key_statistics.h"
#include "storage/relation/object_comment.h"
#include "storage/relation/relation_name.h"
#include "storage/relation/replica_identity.h"
#include "storage/relation/rules.h"
#include "storage/relation/view.h"

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
	ExecuteDdl(LeafIndexCommand(definition, NULL, leaf, name, false));
}

static void
CreateLeafIndexes(const TableDefinition *definition, const TableIndex *index)
{
	for (int leaf = 0; leaf < definition->partitions; leaf++)
	{
		char *name = QualifiedName(TABLE_SCHEMA, LeafRelationName(definition->name, leaf));

		ExecuteDdl(LeafIndexCommand(definition, index, leaf, name, false));
	}
}

static Oid *
Leaves(const TableDefinition *definition)
{
	Oid *leaves = palloc_array(Oid, definition->partitions);

	for (int leaf = 0; leaf < definition->partitions; leaf++)
		leaves[leaf] = DynamoRelation(TABLE_SCHEMA, LeafRelationName(definition->name, leaf));
	return leaves;
}

static void
CommentOnLeafObjects(const TableDefinition *definition, int leaf, Oid relation)
{
	Bytes name = definition->name;

	CommentOnLeaf(definition, leaf, relation);
	CommentOnLeafIndex(definition, NULL, leaf,
	                   DynamoRelation(TABLE_SCHEMA, LeafKeyIndexName(name, leaf)));
	for (int i = 0; i < definition->index_count; i++)
		CommentOnLeafIndex(
		    definition, &definition->indexes[i], leaf,
		    DynamoRelation(TABLE_SCHEMA, LeafIndexName(name, leaf, definition->indexes[i].number)));
}

static TableDefinition
WithNumberedIndexes(const TableDefinition *definition)
{
	TableDefinition numbered = *definition;

	numbered.indexes = palloc_array(TableIndex, definition->index_count);
	for (int i = 0; i < definition->index_count; i++)
	{
		numbered.indexes[i] = definition->indexes[i];
		numbered.indexes[i].number = i + 1;
		numbered.indexes[i].status = STATUS_ACTIVE;
		numbered.indexes[i].backfilling = false;
	}
	return numbered;
}

Table *
TableCreate(const TableDefinition *definition)
{
	TableDefinition numbered = WithNumberedIndexes(definition);
	Oid relation;
	Oid *leaves;

	PreventCommandIfReadOnly("the creation of a DynamoDB table");
	CatalogClaimName(definition->name);
	CreateParent(&numbered);
	for (int leaf = 0; leaf < numbered.partitions; leaf++)
		CreateLeaf(&numbered, leaf);
	for (int i = 0; i < numbered.index_count; i++)
		CreateLeafIndexes(&numbered, &numbered.indexes[i]);
	relation = DynamoRelation(TABLE_SCHEMA, TableRelationName(definition->name));
	leaves = Leaves(&numbered);
	ReplicaIdentityOfNewTable(relation, leaves, numbered.partitions);
	AllStatisticsCreate(&numbered, relation, leaves);
	ViewDefine(&numbered, relation);
	CommentOnTable(&numbered, relation);
	for (int leaf = 0; leaf < numbered.partitions; leaf++)
		CommentOnLeafObjects(&numbered, leaf, leaves[leaf]);
	CatalogInsertTable(&numbered, relation, leaves, STATUS_ACTIVE, numbered.index_count + 1);
	return TableOpen(definition->name, 0);
}
