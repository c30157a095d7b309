/*
 * The table of PostgreSQL's errors as HTTP clients see them, made from
 * sqlstates.def.
 */
#include "error/client_error.h"

#include "utils/errcodes.h"

typedef struct SqlStateMapping
{
	const char *prefix; /* of the SQLSTATE */
	DynamoException exception;
	const char *message; /* NULL: the error's own */
	bool logged;
} SqlStateMapping;

static const SqlStateMapping mappings[] = {
#define SQLSTATE(prefix, exception, logged, message) \
	{ prefix, EXCEPTION_##exception, message, logged },
#include "error/sqlstates.def"
#undef SQLSTATE
};

static const SqlStateMapping *
FindMapping(int sqlstate)
{
	const char *text = unpack_sql_state(sqlstate);

	for (int i = 0; i < lengthof(mappings); i++)
	{
		if (strncmp(text, mappings[i].prefix, strlen(mappings[i].prefix)) == 0)
			return &mappings[i];
	}
	return NULL;
}

ClientError
ErrorForClient(const ErrorData *error)
{
	const ExceptionInfo *exception = ExceptionFromSqlState(error->sqlerrcode);
	const SqlStateMapping *mapping;

	if (ErrorIsTransactionConflict(error))
		exception = ExceptionDescribe(EXCEPTION_TRANSACTION_CONFLICT);
	if (exception != NULL)
		return (ClientError){ exception, error->message, ErrorMembers(error), false };
	mapping = FindMapping(error->sqlerrcode);
	if (mapping == NULL)
		return (ClientError){ ExceptionDescribe(EXCEPTION_INTERNAL_SERVER_ERROR),
			                  "Internal server error", NULL, true };
	return (ClientError){ ExceptionDescribe(mapping->exception),
		                  mapping->message != NULL ? mapping->message : error->message, NULL,
		                  mapping->logged };
}
