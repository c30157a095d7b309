/*
 * See sql_arguments.h.
 */
#include "operation/sql_arguments.h"

#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/jsonb.h"
#include "utils/syscache.h"

/* table_name is TableName: every member of the API is spelled so. */
static Bytes
MemberOfArgument(const char *argument)
{
	char *name = palloc(strlen(argument) + 1);
	int length = 0;

	for (int i = 0; argument[i] != '\0'; i++)
	{
		if (argument[i] != '_')
			name[length++] = i == 0 || argument[i - 1] == '_'
			                     ? pg_toupper((unsigned char) argument[i])
			                     : argument[i];
	}
	return (Bytes){ name, length };
}

SqlArguments
SqlArgumentsOf(Oid function)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	SqlArguments arguments;
	char **names;
	char *modes;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", function);
	(void) get_func_arg_info(tuple, &arguments.types, &names, &modes);
	arguments.count = ((Form_pg_proc) GETSTRUCT(tuple))->pronargs; /* without columns of rows */
	ReleaseSysCache(tuple);
	if (names == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_FUNCTION_DEFINITION),
		                errmsg("dynamo's operations need names for their arguments")));
	arguments.members = palloc(sizeof(Bytes) * Max(arguments.count, 1));
	for (int i = 0; i < arguments.count; i++)
		arguments.members[i] = MemberOfArgument(names[i]);
	return arguments;
}

static JsonNode
TextNode(Datum value)
{
	text *string = DatumGetTextPP(value);

	return (
	    JsonNode){ JSON_NODE_STRING, VARSIZE_ANY_EXHDR(string), { .text = VARDATA_ANY(string) } };
}

static JsonNode
IntegerNode(Datum value)
{
	char *digits = psprintf("%d", DatumGetInt32(value));

	return (JsonNode){ JSON_NODE_NUMBER, strlen(digits), { .text = digits } };
}

static JsonNode
BooleanNode(Datum value)
{
	return (JsonNode){ JSON_NODE_BOOLEAN, 0, { .boolean = DatumGetBool(value) } };
}

static JsonNode
ArgumentNode(Oid type, Datum value)
{
	switch (type)
	{
		case TEXTOID:
			return TextNode(value);
		case INT4OID:
			return IntegerNode(value);
		case BOOLOID:
			return BooleanNode(value);
		case JSONBOID:
			return *JsonFromJsonb(DatumGetJsonbP(value));
		default:
			elog(ERROR, "unexpected argument type %u", type);
	}
}

JsonNode
SqlArgumentsRequest(const SqlArguments *arguments, FunctionCallInfo fcinfo)
{
	JsonNode request = { JSON_NODE_OBJECT, 0 };

	request.members = palloc(sizeof(JsonMember) * Max(arguments->count, 1));
	for (int i = 0; i < arguments->count; i++)
	{
		JsonMember *member = &request.members[request.count];

		if (PG_ARGISNULL(i))
			continue;
		member->name = arguments->members[i];
		member->value = ArgumentNode(arguments->types[i], PG_GETARG_DATUM(i));
		request.count++;
	}
	return request;
}
