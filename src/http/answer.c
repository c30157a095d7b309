/*
 * Writes answers other than an operation's own: exceptions in the service's wire
 * form, the health check, CORS preflights.
 */
#include "http/answer.h"

#include "utils/errcodes.h"
#include "utils/guc.h"

#include "item/json.h"

/* Errors of PostgreSQL's that have an exception of their own on the wire. */
typedef struct ErrorMapping
{
	int sqlstate; /* or the class of many */
	DynamoException exception;
	const char *message; /* NULL: the error's own */
} ErrorMapping;

static const ErrorMapping mappings[] = {
	{ ERRCODE_INSUFFICIENT_PRIVILEGE, EXCEPTION_ACCESS_DENIED, NULL },
	/* By constraints and triggers a table's owner tells clients what not to write. */
	{ ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION, EXCEPTION_VALIDATION, NULL },
	{ ERRCODE_RAISE_EXCEPTION, EXCEPTION_VALIDATION, NULL },
	/* What the SDKs try again by themselves. */
	{ ERRCODE_LOCK_NOT_AVAILABLE, EXCEPTION_SERVICE_UNAVAILABLE,
	  "The table is locked by another session" },
	{ ERRCODE_T_R_DEADLOCK_DETECTED, EXCEPTION_SERVICE_UNAVAILABLE, "The request met a deadlock" },
	{ ERRCODE_T_R_SERIALIZATION_FAILURE, EXCEPTION_SERVICE_UNAVAILABLE,
	  "The request met a concurrent change" },
	{ ERRCODE_QUERY_CANCELED, EXCEPTION_SERVICE_UNAVAILABLE, "The request was cancelled" },
};

static const ErrorMapping *
FindMapping(int sqlstate)
{
	for (int i = 0; i < lengthof(mappings); i++)
	{
		if (mappings[i].sqlstate == sqlstate ||
		    mappings[i].sqlstate == ERRCODE_TO_CATEGORY(sqlstate))
			return &mappings[i];
	}
	return NULL;
}

void
AnswerStart(HttpRequest *request, int status, const char *content_type)
{
	request->status = status;
	request->content_type = content_type;
	if (request->body.data == NULL)
	{
		MemoryContext saved = MemoryContextSwitchTo(http_answer_context);

		initStringInfo(&request->body);
		MemoryContextSwitchTo(saved);
	}
	resetStringInfo(&request->body);
}

const char *
JsonContentType(const HttpRequest *request)
{
	static const char *const echoed[] = { "application/x-amz-json-1.1", "application/json" };
	Bytes type = HttpHeader(request, "content-type");

	for (int i = 0; i < lengthof(echoed); i++)
	{
		int length = strlen(echoed[i]);

		if (type.length >= length && memcmp(type.data, echoed[i], length) == 0)
			return echoed[i];
	}
	return "application/x-amz-json-1.0";
}

/* Coral, the framework under the service, spells the member with a capital. */
static const char *
MessageMember(const ExceptionInfo *exception)
{
	if (strcmp(exception->name_space, "com.amazon.coral.service") == 0 ||
	    exception == ExceptionDescribe(EXCEPTION_TRANSACTION_CANCELED))
		return "Message";
	return "message";
}

/* Appends the members of a JSON object's text behind those that are there. */
static void
SpliceMembers(StringInfo out, const char *members)
{
	const char *first = strchr(members, '{');
	const char *last = strrchr(members, '}');

	if (first == NULL || last == NULL || strspn(first + 1, " \t\r\n") == last - first - 1)
		return;
	appendStringInfoChar(out, ',');
	appendBinaryStringInfo(out, first + 1, last - first - 1);
}

void
AnswerException(HttpRequest *request, const ExceptionInfo *exception, const char *message,
                const char *members)
{
	JsonWriter writer;

	AnswerStart(request, exception->http_status, JsonContentType(request));
	JsonWriterInit(&writer, &request->body, false);
	JsonBeginObject(&writer);
	JsonName(&writer, "__type");
	JsonCString(&writer, psprintf("%s#%s", exception->name_space, exception->name));
	if (members != NULL)
		SpliceMembers(&request->body, members);
	if (message[0] != '\0')
	{
		JsonName(&writer, MessageMember(exception));
		JsonCString(&writer, message);
	}
	JsonEndObject(&writer);
}

bool
ErrorIsAnswer(int sqlstate)
{
	return ExceptionFromSqlState(sqlstate) != NULL || FindMapping(sqlstate) != NULL;
}

void
AnswerError(HttpRequest *request, const ErrorData *error)
{
	const ExceptionInfo *exception = ExceptionFromSqlState(error->sqlerrcode);
	const ErrorMapping *mapping = FindMapping(error->sqlerrcode);

	if (exception != NULL)
		AnswerException(request, exception, error->message, error->detail);
	else if (mapping != NULL)
		AnswerException(request, ExceptionDescribe(mapping->exception),
		                mapping->message != NULL ? mapping->message : error->message, NULL);
	else
		AnswerException(request, ExceptionDescribe(EXCEPTION_INTERNAL_SERVER_ERROR),
		                "Internal server error", NULL);
}

/* Without a target the service answers JSON only to those who speak it. */
void
AnswerUnknownTarget(HttpRequest *request)
{
	Bytes type = HttpHeader(request, "content-type");

	if (HttpMethodIs(request, "POST") && type.data != NULL &&
	    (h2o_strstr(type.data, type.length, H2O_STRLIT("application/x-amz-json")) == 0 ||
	     h2o_strstr(type.data, type.length, H2O_STRLIT("application/json")) == 0))
	{
		AnswerException(request, ExceptionDescribe(EXCEPTION_UNKNOWN_OPERATION), "", NULL);
		return;
	}
	AnswerStart(request, 404, NULL);
	appendStringInfoString(&request->body, "<UnknownOperationException/>\n");
}

/* As libh2o says it of a body that is too large before it is unpacked. */
void
AnswerTooLarge(HttpRequest *request)
{
	AnswerStart(request, 413, "text/plain; charset=utf-8");
	appendStringInfoString(&request->body, "request entity is too large");
}

void
AnswerHealthy(HttpRequest *request)
{
	AnswerStart(request, 200, NULL);
	appendStringInfo(&request->body, "healthy: dynamodb.%s.amazonaws.com ",
	                 GetConfigOption("dynamo.region", false, false));
}

/* The headers are CORS's own, which every answer carries. */
void
AnswerPreflight(HttpRequest *request)
{
	AnswerStart(request, 200, NULL);
}
