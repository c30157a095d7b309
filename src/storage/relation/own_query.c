/*
 * SQL on the extension's own relations.
 */
#include "storage/relation/own_query.h"

#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/syscache.h"

#include "storage/relation/ddl.h"
#include "storage/relation/relation_name.h"

void
OwnQueryAdd(OwnQuery *query, Oid type, Datum value)
{
	Assert(query->count < OWN_QUERY_ARGUMENTS);
	query->types[query->count] = type;
	query->values[query->count] = value;
	query->nulls[query->count++] = ' ';
}

void
OwnQueryAddNull(OwnQuery *query, Oid type)
{
	OwnQueryAdd(query, type, (Datum) 0);
	query->nulls[query->count - 1] = 'n';
}

static Oid
ExtensionOwner(void)
{
	Oid catalog = DynamoRelation(FUNCTION_SCHEMA, "table_catalog");
	HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(catalog));
	Oid owner;

	if (!HeapTupleIsValid(row))
		elog(ERROR, "the extension's catalog is missing");
	owner = ((Form_pg_class) GETSTRUCT(row))->relowner;
	ReleaseSysCache(row);
	return owner;
}

static void
ReadRows(OwnQueryReader read, void *state, MemoryContext caller)
{
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		MemoryContext spi = MemoryContextSwitchTo(caller);

		read(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, state);
		MemoryContextSwitchTo(spi);
	}
}

/* An error takes role and settings back with the transaction. */
uint64
OwnQueryRun(const char *sql, OwnQuery *query, OwnQueryReader read, void *state)
{
	MemoryContext caller = CurrentMemoryContext;
	int nest = NewGUCNestLevel();
	Oid role;
	int security;
	int result;
	uint64 count;

	GetUserIdAndSecContext(&role, &security);
	SetUserIdAndSecContext(ExtensionOwner(),
	                       security | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
	                         GUC_ACTION_SAVE, true, 0, false);
	SPI_connect();
	result = SPI_execute_with_args(sql, query->count, query->types, query->values, query->nulls,
	                               false, 0);
	if (result < 0)
		elog(ERROR, "\"%s\" failed: %s", sql, SPI_result_code_string(result));
	count = SPI_processed;
	if (read != NULL)
		ReadRows(read, state, caller);
	SPI_finish();
	AtEOXact_GUC(true, nest);
	SetUserIdAndSecContext(role, security);
	return count;
}
