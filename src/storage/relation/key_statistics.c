/*
 * Extended statistics on key attributes.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/dependency.h"
#include "catalog/pg_statistic_ext.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/syscache.h"

#include "item/key.h"
#include "storage/query/ddl.h"
#include "storage/relation/key_expression.h"
#include "storage/relation/key_statistics.h"
#include "storage/relation/object_comment.h"
#include "storage/query/relation_name.h"

/* A key has at most MAX_KEY_ATTRIBUTES of each kind, as many as such an object takes. */
typedef struct Columns
{
	int count;
	KeyAttribute attributes[2 * MAX_KEY_ATTRIBUTES];
} Columns;

static void
AddColumns(Columns *columns, const KeyAttribute *attributes, int count)
{
	for (int i = 0; i < count; i++)
		columns->attributes[columns->count++] = attributes[i];
}

static void
AddSecondary(Columns *columns, const KeyAttribute *attributes, int count,
             const KeySchema *table_key)
{
	for (int i = 0; i < count; i++)
		if (KeyAttributeMayBeAbsent(attributes[i].name, table_key))
			AddColumns(columns, &attributes[i], 1);
}

static Columns
TableKeyColumns(const KeySchema *key)
{
	Columns columns = { 0 };

	AddColumns(&columns, key->partition, key->partition_count);
	AddColumns(&columns, key->sort, key->sort_count);
	return columns;
}

static Columns
IndexColumns(const KeySchema *index_key, const KeySchema *table_key)
{
	Columns columns = { 0 };

	AddSecondary(&columns, index_key->partition, index_key->partition_count, table_key);
	AddSecondary(&columns, index_key->sort, index_key->sort_count, table_key);
	return columns;
}

static bool
HasName(Oid object, const char *name)
{
	HeapTuple tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(object));
	bool same;

	if (!HeapTupleIsValid(tuple))
		return false;
	same = strcmp(NameStr(((Form_pg_statistic_ext) GETSTRUCT(tuple))->stxname), name) == 0;
	ReleaseSysCache(tuple);
	return same;
}

/* InvalidOid where the relation has no object of this name. */
static Oid
FindObject(Oid relation, const char *name)
{
	Relation opened = try_relation_open(relation, AccessShareLock);
	Oid found = InvalidOid;
	ListCell *cell;

	if (opened == NULL)
		return InvalidOid;
	foreach (cell, RelationGetStatExtList(opened))
		if (HasName(lfirst_oid(cell), name))
			found = lfirst_oid(cell);
	relation_close(opened, NoLock);
	return found;
}

/*
 * The expressions are the view's. PostgreSQL wants to collect something of several together, too:
 * of the kinds that it has, common values are found by one sort, the others by up to 2^n.
 */
static char *
CreateCommand(Oid relation, const char *object, const Columns *columns)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE STATISTICS %s", object);
	if (columns->count > 1)
		appendStringInfoString(&sql, " (mcv)");
	for (int i = 0; i < columns->count; i++)
	{
		appendStringInfoString(&sql, i == 0 ? " ON (" : ", (");
		AppendKeyColumn(&sql, &columns->attributes[i], KEY_COLUMN_LIMIT);
		appendStringInfoChar(&sql, ')');
	}
	appendStringInfo(&sql, " FROM %s", RelationSqlName(relation));
	return sql.data;
}

/* A superuser, or a member of the owner, makes them for the owner. */
static void
CreateObject(Bytes table, Oid relation, const char *name, const Columns *columns)
{
	char *object = SiblingSqlName(relation, name);
	Oid owner = RelationOwner(relation);

	if (OidIsValid(FindObject(relation, name)))
		return;
	ExecuteDdl(CreateCommand(relation, object, columns));
	CommentOnStatistics(table, FindObject(relation, name));
	if (owner != GetUserId())
		ExecuteDdl(psprintf("ALTER STATISTICS %s OWNER TO %s", object,
		                    quote_identifier(GetUserNameFromId(owner, false))));
}

static void
CreateKeyStatistics(const TableDefinition *definition, Oid relation)
{
	Columns columns = TableKeyColumns(&definition->key);

	CreateObject(definition->name, relation, TableKeyStatisticsName(definition->name), &columns);
}

void
IndexStatisticsCreate(const TableDefinition *definition, const TableIndex *index, Oid relation,
                      const Oid *leaves)
{
	Columns columns = IndexColumns(&index->key, &definition->key);

	if (columns.count == 0)
		return;
	CreateObject(definition->name, relation,
	             TableIndexStatisticsName(definition->name, index->number), &columns);
	for (int leaf = 0; leaf < definition->partitions; leaf++)
		CreateObject(definition->name, leaves[leaf],
		             LeafIndexName(definition->name, leaf, index->number), &columns);
}

void
AllStatisticsCreate(const TableDefinition *definition, Oid relation, const Oid *leaves)
{
	CreateKeyStatistics(definition, relation);
	for (int i = 0; i < definition->index_count; i++)
		IndexStatisticsCreate(definition, &definition->indexes[i], relation, leaves);
}

/* DROP STATISTICS would want its owner, who stays the same when the table is given away. */
static void
DropObject(Oid relation, const char *name)
{
	ObjectAddress object = { StatisticExtRelationId, FindObject(relation, name), 0 };

	if (OidIsValid(object.objectId))
		performDeletion(&object, DROP_RESTRICT, 0);
}

void
IndexStatisticsDrop(const TableDefinition *definition, int number, Oid relation, const Oid *leaves)
{
	DropObject(relation, TableIndexStatisticsName(definition->name, number));
	for (int leaf = 0; leaf < definition->partitions; leaf++)
		DropObject(leaves[leaf], LeafIndexName(definition->name, leaf, number));
}
