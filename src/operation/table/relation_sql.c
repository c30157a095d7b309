/*
 * Functions of SQL that change a table's relations, for who looks after the database.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "operation/arn.h"
#include "operation/table/table_change.h"
#include "storage/relation/replica_identity.h"

PG_FUNCTION_INFO_V1(dynamo_add_statistics);
PG_FUNCTION_INFO_V1(dynamo_add_views);
PG_FUNCTION_INFO_V1(dynamo_set_replica_identity);

/* The table that an argument names, by its name or its ARN. */
static Table *
OpenArgument(FunctionCallInfo fcinfo, int argument)
{
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(argument));

	return TableOpenToChange(TableNameOf(BytesFromCString(name)), false);
}

/* add_statistics(table_name text) returns void */
Datum
dynamo_add_statistics(PG_FUNCTION_ARGS)
{
	TableAddStatistics(OpenArgument(fcinfo, 0));
	PG_RETURN_VOID();
}

/* add_views(table_name text) returns void */
Datum
dynamo_add_views(PG_FUNCTION_ARGS)
{
	TableAddViews(OpenArgument(fcinfo, 0));
	PG_RETURN_VOID();
}

/* set_replica_identity(table_name text, identity text) returns void */
Datum
dynamo_set_replica_identity(PG_FUNCTION_ARGS)
{
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(1));
	const char *identity = ReplicaIdentityNamed(BytesFromCString(name));

	if (identity == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("a table has no replica identity \"%s\"", name),
		                errhint("It is \"full\", \"default\" or \"nothing\".")));
	TableSetReplicaIdentity(OpenArgument(fcinfo, 0), identity);
	PG_RETURN_VOID();
}
