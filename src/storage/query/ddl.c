/*
 * SQL commands that storage runs on its own relations.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "compat.h"
#include "session/clean_session.h"
#include "storage/query/ddl.h"
#include "storage/query/relation_name.h"

void
ExecuteDdl(const char *sql)
{
	int level = SessionForeignCodeBegin(); /* event triggers */
	int nest = NewGUCNestLevel();
	int result;

	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
	                         GUC_ACTION_SAVE, true, 0, false);
	(void) set_config_option("client_min_messages", "warning", PGC_USERSET, PGC_S_SESSION,
	                         GUC_ACTION_SAVE, true, 0, false);
	SPI_connect();
	result = SPI_execute(sql, false, 0);
	if (result < 0)
		elog(ERROR, "\"%s\" failed: %s", sql, SPI_result_code_string(result));
	SPI_finish();
	AtEOXact_GUC(true, nest);
	SessionForeignCodeEnd(level);
}

Oid
DynamoRelation(const char *schema, const char *name)
{
	Oid namespace = get_namespace_oid(schema, true);

	return OidIsValid(namespace) ? get_relname_relid(name, namespace) : InvalidOid;
}

static bool
HasOwnColumns(TupleDesc columns, const Oid *types, int count, int required)
{
	if (columns->natts != count)
		return false;
	for (int i = 0; i < count; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);

		if (column->attisdropped || column->atttypid != types[i] ||
		    (i < required && !column->attnotnull))
			return false;
	}
	return true;
}

void
CheckOwnColumns(Relation relation, const Oid *types, int count, int required)
{
	if (!HasOwnColumns(RelationGetDescr(relation), types, count, required))
		ereport(ERROR,
		        (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		         errmsg("table \"%s\" of extension dynamo has other columns than this version"
		                " of the extension gives it",
		                RelationGetRelationName(relation))));
}

char *
RelationSqlName(Oid relation)
{
	return SiblingSqlName(relation, get_rel_name(relation));
}

/* Its owner may drop a leaf at any time. */
char *
SiblingSqlName(Oid relation, const char *name)
{
	char *schema = get_namespace_name(get_rel_namespace(relation));

	if (schema == NULL || name == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
		                errmsg("relation with OID %u does not exist", relation)));
	return quote_qualified_identifier(schema, name);
}

/* Another relation of the leaf's schema may have taken the name. */
Oid
IndexOfLeaf(Oid leaf, const char *name)
{
	Oid index = get_relname_relid(name, get_rel_namespace(leaf));

	return OidIsValid(index) && IndexGetRelation(index, true) == leaf ? index : InvalidOid;
}

Oid
RelationOwner(Oid relation)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Oid owner = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
		ReleaseSysCache(tuple);
	}
	return owner;
}

bool
IsRelationOwner(Oid relation)
{
	Oid owner = RelationOwner(relation);

	return OidIsValid(owner) && has_privs_of_role(GetUserId(), owner);
}

void
CheckRelationOwner(Oid relation)
{
	if (!OidIsValid(RelationOwner(relation)))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
		                errmsg("relation with OID %u does not exist", relation)));
	if (!IsRelationOwner(relation))
		aclcheck_error(ACLCHECK_NOT_OWNER, get_relkind_objtype(get_rel_relkind(relation)),
		               get_rel_name(relation));
}

static void
CheckMayCreateIn(const char *schema)
{
	AclResult result = NamespaceAclCheck(get_namespace_oid(schema, false), GetUserId(), ACL_CREATE);

	if (result != ACLCHECK_OK)
		aclcheck_error(result, OBJECT_SCHEMA, schema);
}

void
CheckMayCreateTables(void)
{
	CheckMayCreateIn(TABLE_SCHEMA);
	CheckMayCreateIn(VIEW_SCHEMA);
}
