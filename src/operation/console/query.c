/*
 * Operations of the console that are statements of SQL.
 */
#include "operation/console_operations.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "error/error.h"
#include "operation/access/resource_access.h"

#define MOST_MEMBERS 6
#define ARGUMENTS (2 + MOST_MEMBERS)
#define DEFAULT_LIMIT 100
#define MOST_ROWS 1000 /* of what has no pages */

typedef struct ConsoleQuery
{
	const char *sql;
	MemberId members[MOST_MEMBERS + 1]; /* up to MEMBER_NONE */
} ConsoleQuery;

/* $1 to $8, all of type text. */
typedef struct Arguments
{
	Oid types[ARGUMENTS];
	Datum values[ARGUMENTS];
	char nulls[ARGUMENTS];
} Arguments;

/* --- running it --- */

/* U+0000 is in no text of PostgreSQL's: a function would read what is before it alone. */
static void
SetArgument(Arguments *arguments, int number, const JsonNode *node)
{
	if (node != NULL && memchr(node->text, '\0', node->count) != NULL)
		ValidationError(TEXT_CONSOLE_NUL);
	arguments->types[number] = TEXTOID;
	arguments->nulls[number] = node == NULL ? 'n' : ' ';
	if (node != NULL)
		arguments->values[number] =
		    PointerGetDatum(cstring_to_text_with_len(node->text, node->count));
}

static void
SetArguments(const ConsoleQuery *query, const Structure *request, Arguments *arguments)
{
	for (int i = 0; i < ARGUMENTS; i++)
		SetArgument(arguments, i, NULL);
	SetArgument(arguments, 0, StructureFind(request, MEMBER_NextToken));
	SetArgument(arguments, 1, StructureFind(request, MEMBER_Limit));
	for (int i = 0; query->members[i] != MEMBER_NONE; i++)
		SetArgument(arguments, 2 + i, StructureFind(request, query->members[i]));
}

/* The settings are taken back with the transaction where there is an error. */
static void
Execute(const ConsoleQuery *query, Arguments *arguments)
{
	int nest = NewGUCNestLevel();
	int result;

	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
	                         GUC_ACTION_SAVE, true, 0, false);
	result = SPI_execute_with_args(query->sql, ARGUMENTS, arguments->types, arguments->values,
	                               arguments->nulls, false, 0);
	if (result != SPI_OK_SELECT)
		elog(ERROR, "\"%s\" failed: %s", query->sql, SPI_result_code_string(result));
	AtEOXact_GUC(true, nest);
}

/*
 * Whether an error tells the caller what its request has said wrong: of a function of dynamo's own,
 * which has been called with the request's values by the caller's rights.
 */
static bool
IsOfRequest(int sqlstate)
{
	switch (ERRCODE_TO_CATEGORY(sqlstate))
	{
		case MAKE_SQLSTATE('4', '2', '0', '0', '0'):
			return sqlstate != ERRCODE_INSUFFICIENT_PRIVILEGE;
		case MAKE_SQLSTATE('2', '2', '0', '0', '0'):
		case MAKE_SQLSTATE('0', 'A', '0', '0', '0'):
		case MAKE_SQLSTATE('2', 'B', '0', '0', '0'):
		case MAKE_SQLSTATE('5', '5', '0', '0', '0'):
			return sqlstate != ERRCODE_LOCK_NOT_AVAILABLE && sqlstate != ERRCODE_OBJECT_IN_USE;
	}
	return false;
}

/* In PG_CATCH. Raises an error either way, so that what has been begun ends with the transaction.
 */
static void
TellError(MemoryContext caller)
{
	ErrorData *error;

	MemoryContextSwitchTo(caller);
	error = CopyErrorData();
	if (!IsOfRequest(error->sqlerrcode))
		PG_RE_THROW();
	FlushErrorState();
	ValidationError("%s", error->message);
}

static void
ExecuteForClient(const ConsoleQuery *query, Arguments *arguments)
{
	MemoryContext caller = CurrentMemoryContext;

	PG_TRY();
	{
		Execute(query, arguments);
	}
	PG_CATCH();
	{
		TellError(caller);
	}
	PG_END_TRY();
}

/* --- the answer --- */

static Bytes
Column(uint64 row, int column)
{
	char *text = SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);

	return text != NULL ? BytesFromCString(text) : (Bytes){ NULL, 0 };
}

static void
WriteRows(JsonWriter *response, uint64 count)
{
	JsonName(response, "Rows");
	JsonBeginArray(response);
	for (uint64 i = 0; i < count; i++)
	{
		Bytes row = Column(i, 2);

		CHECK_FOR_INTERRUPTS();
		if (row.data != NULL)
			JsonRaw(response, row);
	}
	JsonEndArray(response);
}

/* Of pages one row more than the limit has been read where there is another one. */
static void
WriteAnswer(JsonWriter *response, uint64 limit)
{
	bool paged = SPI_processed > limit && Column(0, 1).data != NULL;

	JsonBeginObject(response);
	WriteRows(response, paged ? limit : SPI_processed);
	if (paged)
	{
		JsonName(response, "NextToken");
		JsonString(response, Column(limit - 1, 1));
	}
	JsonEndObject(response);
}

static void
RunQuery(const OperationContext *context, const ConsoleQuery *query, const Structure *request,
         JsonWriter *response)
{
	Arguments arguments;

	AccessService(context, "*");
	SetArguments(query, request, &arguments);
	SPI_connect();
	ExecuteForClient(query, &arguments);
	WriteAnswer(response, StructureInteger(request, member_Limit, DEFAULT_LIMIT));
	SPI_finish();
}

/* --- the table --- */

#define STRINGIFY(number) #number
#define TEXT_OF(number) STRINGIFY(number)

/* The function is called once, for what it does. */
#define CALL(function) "SELECT NULL::text, NULL::text FROM " function
#define ROWS(source) \
	"SELECT NULL::text, row_to_json(r)::text FROM " source " r LIMIT " TEXT_OF(MOST_ROWS)
/* `key` is different for each row, and of collation C. */
#define PAGE(source, key, condition)                                                   \
	"SELECT " key ", row_to_json(r)::text FROM " source " r WHERE ($1 IS NULL OR " key \
	" > $1) AND (" condition ") ORDER BY 1"                                            \
	" LIMIT coalesce($2::bigint, " TEXT_OF(DEFAULT_LIMIT) ") + 1"

#define QUERY(name, statement, ...)                                           \
	void Run##name(const OperationContext *context, const Structure *request, \
	               JsonWriter *response)                                      \
	{                                                                         \
		static const ConsoleQuery query = { statement, { __VA_ARGS__ } };     \
                                                                              \
		RunQuery(context, &query, request, response);                         \
	}
#include "operation/console/queries.def"
#undef QUERY
