/*
 * Having an index built anew, from SQL.
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

#include "error/error.h"
#include "operation/arn.h"
#include "operation/table/table_change.h"

/* No index is called so: DynamoDB's names have no blanks. */
#define TIME_TO_LIVE "time to live"

PG_FUNCTION_INFO_V1(dynamo_rebuild_index);

static void
CheckBuilt(const TableIndex *index, Bytes name)
{
	if (index == NULL)
		DynamoError(EXCEPTION_RESOURCE_NOT_FOUND, TEXT_NO_INDEX_FOUND, BYTES_ARGS(name));
	if (index->status != STATUS_ACTIVE)
		DynamoError(EXCEPTION_RESOURCE_IN_USE, TEXT_INDEX_IN_USE, BYTES_ARGS(name));
}

/* 0: that of the table's key, where `name` is null. */
static int
IndexNumber(const Table *table, Bytes name)
{
	const TableIndex *index;

	if (name.data == NULL)
		return 0;
	index = BytesEqual(name, BYTES_LITERAL(TIME_TO_LIVE)) ? table->definition.time_to_live
	                                                      : TableFindIndex(table, name);
	CheckBuilt(index, name);
	return index->number;
}

/* rebuild_index(table_name text, index_name text) returns void */
Datum
dynamo_rebuild_index(PG_FUNCTION_ARGS)
{
	Bytes table_name;
	Bytes index_name = { NULL, 0 };
	Table *table;

	if (PG_ARGISNULL(0))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("table_name is null")));
	table_name = TableNameOf(BytesFromCString(text_to_cstring(PG_GETARG_TEXT_PP(0))));
	if (!PG_ARGISNULL(1))
		index_name = BytesFromCString(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	PreventCommandIfReadOnly("dynamo.rebuild_index()");
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	table = TableOpenToChange(table_name, false);
	CheckTableLoaded(table);
	TableRebuildIndex(table, IndexNumber(table, index_name));
	PopActiveSnapshot();
	PG_RETURN_VOID();
}
