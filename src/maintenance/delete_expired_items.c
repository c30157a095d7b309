/*
 * Deleting expired items from SQL.
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

#include "error/error.h"
#include "maintenance/time_to_live.h"
#include "operation/arn.h"
#include "operation/table/table_change.h"

/* More than this belongs into several transactions. */
#define MAX_DELETED_AT_ONCE 10000

PG_FUNCTION_INFO_V1(dynamo_delete_expired_items);

/* delete_expired_items(table_name text, limit integer) returns integer */
Datum
dynamo_delete_expired_items(PG_FUNCTION_ARGS)
{
	Bytes name = TableNameOf(BytesFromCString(text_to_cstring(PG_GETARG_TEXT_PP(0))));
	int limit = PG_GETARG_INT32(1);
	Table *table;
	int deleted;

	if (limit < 1 || limit > MAX_DELETED_AT_ONCE)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("limit must be between 1 and %d", MAX_DELETED_AT_ONCE)));
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	table = TableOpen(name, 0);
	if (table == NULL)
		RaiseTableNotFound(name);
	deleted = DeleteExpiredItems(table, limit);
	PopActiveSnapshot();
	PG_RETURN_INT32(deleted);
}
