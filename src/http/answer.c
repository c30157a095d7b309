/*
 * Writes answers other than an operation's own: exceptions in the service's wire
 * form, the health check, CORS preflights.
 */
#include "http/answer.h"

#include "mb/pg_wchar.h"

#include "error/client_error.h"
#include "http/process/exposure.h"
#include "http/process/settings.h"
#include "http/sts/sts_error.h"
#include "json/json.h"
#include "operation/arn.h"

#define MAX_MESSAGE (64 * 1024)

void
AnswerStart(HttpRequest *request, int status, const char *content_type)
{
	request->status = status;
	request->exception = NULL;
	request->content_type = content_type;
	request->entity_tag = NULL;
	request->answer_field_count = 0;
	request->coding = CODING_IDENTITY;
	request->closes = false;
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

/* What is said before the framework below has the request. */
static bool
IsOfSignature(const ExceptionInfo *exception)
{
	static const DynamoException exceptions[] = {
		EXCEPTION_MISSING_AUTHENTICATION_TOKEN, EXCEPTION_INCOMPLETE_SIGNATURE,
		EXCEPTION_UNRECOGNIZED_CLIENT, EXCEPTION_INVALID_SIGNATURE, EXCEPTION_EXPIRED_TOKEN
	};

	for (int i = 0; i < lengthof(exceptions); i++)
	{
		if (exception == ExceptionDescribe(exceptions[i]))
			return true;
	}
	return false;
}

/* Coral, the framework under the service, spells the member with a capital. */
static const char *
MessageMember(const ExceptionInfo *exception)
{
	if (IsOfSignature(exception))
		return "message";
	if (exception->name_space[0] == '\0' ||
	    strcmp(exception->name_space, "com.amazon.coral.service") == 0 ||
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

	if (StsIsAsked(request))
	{
		AnswerStart(request, StsErrorStatus(exception), STS_CONTENT_TYPE);
		request->exception = exception;
		StsErrorWrite(request, exception, message);
		return;
	}
	AnswerStart(request, exception->http_status, JsonContentType(request));
	request->exception = exception;
	JsonWriterInit(&writer, &request->body, false);
	JsonBeginObject(&writer);
	JsonName(&writer, "__type");
	JsonCString(&writer, exception->name_space[0] == '\0'
	                         ? exception->name
	                         : psprintf("%s#%s", exception->name_space, exception->name));
	if (members != NULL)
		SpliceMembers(&request->body, members);
	if (message[0] != '\0')
	{
		JsonName(&writer, MessageMember(exception));
		JsonCString(&writer, message);
	}
	JsonEndObject(&writer);
}

/* A message, cut where it is longer than a client can want. */
static const char *
CutMessage(const char *message)
{
	int length = strlen(message);

	if (length <= MAX_MESSAGE)
		return message;
	return pnstrdup(message, pg_mbcliplen(message, length, MAX_MESSAGE));
}

void
AnswerError(HttpRequest *request, const ErrorData *error)
{
	ClientError told = ErrorForClient(error);

	AnswerException(request, told.exception, CutMessage(told.message), told.members);
}

void
AnswerNothing(HttpRequest *request, int status)
{
	request->status = status;
	request->exception = NULL;
	request->content_type = NULL;
	request->entity_tag = NULL;
	request->answer_field_count = 0;
	request->coding = CODING_IDENTITY;
	request->closes = false;
	if (request->body.data != NULL)
		resetStringInfo(&request->body);
}

void
AnswerDrop(HttpRequest *request)
{
	HttpBodyFree(request);
}

/* Without a target the service answers JSON only to those who speak it. */
void
AnswerUnknownTarget(HttpRequest *request)
{
	Bytes type = HttpHeader(request, "content-type");

	if (HttpMethodIs(request, "POST") &&
	    (BytesBeginWith(type, BYTES_LITERAL("application/x-amz-json")) ||
	     BytesBeginWith(type, BYTES_LITERAL("application/json"))))
	{
		AnswerException(request, ExceptionDescribe(EXCEPTION_UNKNOWN_OPERATION), "", NULL);
		return;
	}
	AnswerStart(request, 404, NULL);
	appendStringInfoString(&request->body, "<UnknownOperationException/>\n");
}

/* As a refusal says it of a body that is too large before it is unpacked. */
void
AnswerTooLarge(HttpRequest *request)
{
	AnswerStart(request, 413, "text/plain; charset=utf-8");
	appendStringInfoString(&request->body, "request entity is too large");
}

/*
 * A program that waits for a 400 may leave its body unread (@shelf/jest-dynamodb does), and an open
 * connection would keep it from ending.
 */
void
AnswerHealthy(HttpRequest *request)
{
	AnswerStart(request, http_health_status, NULL);
	request->closes = http_health_status != 200;
	appendStringInfo(&request->body, "healthy: dynamodb.%s.amazonaws.com ", RegionName());
	if (ExposureIsRefused())
		appendStringInfo(&request->body, "(not beyond this machine: %s)", ExposureLacks());
}

/* The headers are CORS's own, which every answer carries. */
void
AnswerPreflight(HttpRequest *request)
{
	AnswerStart(request, 200, NULL);
}
