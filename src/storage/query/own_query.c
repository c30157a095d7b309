/*
 * SQL on the extension's own relations.
 */
#include "storage/query/own_query.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "error/guard.h"
#include "storage/query/ddl.h"
#include "storage/query/relation_name.h"

#define TELL_MINUTES 10 /* between two reports of broken rows, of a process */

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

static void
AddVariable(OwnQuery *query, Oid type, Bytes bytes)
{
	if (bytes.data == NULL)
		OwnQueryAddNull(query, type);
	else
		OwnQueryAdd(query, type,
		            PointerGetDatum(cstring_to_text_with_len(bytes.data, bytes.length)));
}

void
OwnQueryAddText(OwnQuery *query, Bytes text)
{
	AddVariable(query, TEXTOID, text);
}

void
OwnQueryAddCString(OwnQuery *query, const char *text)
{
	AddVariable(query, TEXTOID, text == NULL ? (Bytes){ NULL, 0 } : BytesFromCString(text));
}

void
OwnQueryAddBytes(OwnQuery *query, Bytes bytes)
{
	AddVariable(query, BYTEAOID, bytes);
}

int
OwnRowWord(const char *table, Datum word, const char *const *words, int count)
{
	char *found = TextDatumGetCString(word);

	for (int i = 0; i < count; i++)
		if (strcmp(words[i], found) == 0)
			return i;
	ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
	                errmsg("dynamo.%s has a row with the unknown word \"%s\"", table, found)));
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

/* Of one row. */
typedef struct RowRead
{
	const OwnQuery *query;
	OwnQueryReader read;
	void *state;
	HeapTuple row;
	TupleDesc columns;
} RowRead;

static void
CheckNulls(const RowRead *read)
{
	for (int column = 1; column <= read->columns->natts; column++)
		if ((read->query->nullable & OWN_QUERY_COLUMN(column)) == 0 &&
		    heap_attisnull(read->row, column, read->columns))
			ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
			                errmsg("a row of a table of extension dynamo has no \"%s\"",
			                       NameStr(TupleDescAttr(read->columns, column - 1)->attname))));
}

static void
ReadRow(void *state)
{
	const RowRead *read = state;

	CheckNulls(read);
	read->read(read->row, read->columns, read->state);
}

static void
TellBroken(const ErrorData *fault)
{
	static TimestampTz next = 0;
	TimestampTz now = GetCurrentTimestamp();

	if (now < next)
		return;
	next = TimestampTzPlusMilliseconds(now, TELL_MINUTES * 60 * 1000);
	ereport(WARNING, (errcode(fault->sqlerrcode), errmsg("a row is left out: %s", fault->message),
	                  errdetail("This is said at most every %d minutes.", TELL_MINUTES)));
}

static void
ReadOrLeave(RowRead *read)
{
	ErrorData *fault = NULL;

	if (read->query->leaves_broken)
		fault = Guard(ReadRow, read, ErrorIsCorruption);
	else
		ReadRow(read);
	if (fault != NULL)
		TellBroken(fault);
}

static void
ReadRows(RowRead *read, MemoryContext caller)
{
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		MemoryContext spi = MemoryContextSwitchTo(caller);

		read->row = SPI_tuptable->vals[i];
		read->columns = SPI_tuptable->tupdesc;
		ReadOrLeave(read);
		MemoryContextSwitchTo(spi);
	}
}

/* An error takes role and settings back with the transaction. */
static uint64
Run(const char *sql, OwnQuery *query, bool by_active_snapshot, OwnQueryReader read, void *state)
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
	                               by_active_snapshot, 0);
	if (result < 0)
		elog(ERROR, "\"%s\" failed: %s", sql, SPI_result_code_string(result));
	count = SPI_processed;
	if (read != NULL)
		ReadRows(&(RowRead){ .query = query, .read = read, .state = state }, caller);
	SPI_finish();
	AtEOXact_GUC(true, nest);
	SetUserIdAndSecContext(role, security);
	return count;
}

uint64
OwnQueryRun(const char *sql, OwnQuery *query, OwnQueryReader read, void *state)
{
	return Run(sql, query, false, read, state);
}

uint64
OwnQueryRunNow(const char *sql, OwnQuery *query, OwnQueryReader read, void *state)
{
	uint64 count;

	CommandCounterIncrement();
	PushActiveSnapshot(GetLatestSnapshot());
	count = Run(sql, query, true, read, state);
	PopActiveSnapshot();
	return count;
}

void
OwnRowsLock(const char *relation, Oid role)
{
	LockDatabaseObject(DynamoRelation(FUNCTION_SCHEMA, relation), role, 0, ExclusiveLock);
}
