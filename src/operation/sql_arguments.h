/*
 * Requests from the named arguments of SQL functions: an argument is the member of its name, as
 * table_name is TableName.
 */
#ifndef DYNAMO_SQL_ARGUMENTS_H
#define DYNAMO_SQL_ARGUMENTS_H

#include "postgres.h"

#include "fmgr.h"

#include "json/json.h"

typedef struct SqlArguments
{
	int count;
	Bytes *members; /* the request's member that each argument is */
	Oid *types;
} SqlArguments;

/* Those that go into the function; palloc'd. */
extern SqlArguments SqlArgumentsOf(Oid function);

/* The request that the call's arguments make. A null argument is an absent member. */
extern JsonNode SqlArgumentsRequest(const SqlArguments *arguments, FunctionCallInfo fcinfo);

#endif
