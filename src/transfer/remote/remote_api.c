/*
 * See remote_api.h.
 */
#include "transfer/remote/remote_api.h"

#include <ctype.h>

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "text/text_scan.h"
#include "transfer/remote/answer.h"
#include "trigger/endpoint/endpoint_call.h"
#include "trigger/endpoint/endpoint_credential.h"

#define TRIES 6
#define FIRST_PAUSE 100               /* ms; each further one is twice as long */
#define CALL_TIMEOUT 30000            /* ms */
#define MAX_ANSWER (40 * 1024 * 1024) /* 16 MB of numbers that are written with their zeros */
#define MAX_TOGETHER \
	(128 * 1024 * 1024) /* of the answers that are taken for one use of the endpoint */
#define MAX_IN_FLIGHT 16
#define MAX_SHOWN 300 /* bytes of an endpoint's own words */
#define AWS_HOST "dynamodb."

struct RemoteApi
{
	EndpointCalls *calls;
	EndpointSignature signature;
	bool is_signed;
	char *url;
	char *streams_url;
};

void
RemoteCheckUrl(const char *url)
{
	if ((pg_strncasecmp(url, "http://", 7) == 0 || pg_strncasecmp(url, "https://", 8) == 0) &&
	    strlen(url) < 1024 && strpbrk(url, "?#@ \t\r\n") == NULL)
		return;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
	                errmsg("\"%s\" is no URL of an endpoint", url),
	                errhint("An endpoint is https://dynamodb.REGION.amazonaws.com, or another"
	                        " server's http://host:port.")));
}

/* --- opening --- */

/* The URL with a path, which a signature has. */
static char *
WithPath(const char *url)
{
	int length = strlen(url);

	while (length > 0 && url[length - 1] == '/')
		length--;
	return psprintf("%.*s/", length, url);
}

static const char *
HostOf(const char *url)
{
	return strstr(url, "://") + 3;
}

static bool
IsAws(const char *url)
{
	return pg_strncasecmp(HostOf(url), AWS_HOST, strlen(AWS_HOST)) == 0 &&
	       strstr(url, ".amazonaws.com") != NULL;
}

static char *
RegionOf(const char *url)
{
	const char *host = HostOf(url) + strlen(AWS_HOST);

	return IsAws(url) ? pnstrdup(host, strcspn(host, "./:")) : pstrdup("us-east-1");
}

static char *
StreamsUrlOf(const char *url)
{
	int scheme = HostOf(url) - url;

	return IsAws(url) ? psprintf("%.*sstreams.%s", scheme, url, url + scheme) : pstrdup(url);
}

RemoteApi *
RemoteApiOpen(const RemotePlace *place)
{
	RemoteApi *api = palloc0_object(RemoteApi);

	api->url = WithPath(place->url);
	api->streams_url =
	    place->streams_url != NULL ? WithPath(place->streams_url) : StreamsUrlOf(api->url);
	api->signature.region = place->region != NULL ? pstrdup(place->region) : RegionOf(place->url);
	api->signature.service = "dynamodb";
	api->is_signed = place->credential != NULL;
	if (api->is_signed)
	{
		EndpointCredentialCheck(place->credential, place->owner);
		(void) EndpointCredentialRead(place->credential, place->owner, &api->signature);
	}
	api->calls = EndpointCallsCreate(CurrentMemoryContext);
	return api;
}

/* --- requests --- */

static bool
IsOfStreams(const char *operation)
{
	static const char *const names[] = { "DescribeStream", "GetShardIterator", "GetRecords" };

	for (int i = 0; i < lengthof(names); i++)
		if (strcmp(names[i], operation) == 0)
			return true;
	return false;
}

static void
Start(RemoteApi *api, ApiCall *call)
{
	bool streams = IsOfStreams(call->operation);
	EndpointRequest request = { .method = "POST",
		                        .url = streams ? api->streams_url : api->url,
		                        .body = { call->request.data, call->request.len },
		                        .signature = api->is_signed ? &api->signature : NULL,
		                        .timeout = CALL_TIMEOUT,
		                        .max_answer = MAX_ANSWER };

	request.headers[request.header_count++] =
	    (EndpointHeader){ "Content-Type", "application/x-amz-json-1.0" };
	request.headers[request.header_count++] =
	    (EndpointHeader){ "X-Amz-Target",
		                  psprintf("%s_20120810.%s", streams ? "DynamoDBStreams" : "DynamoDB",
		                           call->operation) };
	call->tries++;
	(void) EndpointCallStart(api->calls, &request, call);
}

/* --- answers --- */

/* What an endpoint says, as one short line of valid characters. */
static char *
Shown(Bytes text)
{
	int length = Min(text.length, MAX_SHOWN);
	char *shown;

	if (text.data == NULL || !pg_verify_mbstr(PG_UTF8, text.data, text.length, true))
		return pstrdup("");
	shown = pnstrdup(text.data, pg_encoding_mbcliplen(PG_UTF8, text.data, text.length, length));
	for (char *c = shown; *c != '\0'; c++)
		if ((unsigned char) *c < ' ')
			*c = ' ';
	return shown;
}

/* The exception's name, without its namespace. */
static Bytes
ExceptionOf(const JsonNode *answer)
{
	Bytes type = AnswerString(answer, "__type");
	const char *hash = BytesFind(type, '#');

	if (hash == NULL)
		return type;
	return (Bytes){ hash + 1, type.data + type.length - hash - 1 };
}

static bool
IsThrottling(Bytes exception)
{
	static const char *const names[] = { "ProvisionedThroughputExceededException",
		                                 "ThrottlingException",
		                                 "RequestLimitExceeded",
		                                 "LimitExceededException",
		                                 "InternalServerError",
		                                 "ServiceUnavailable" };

	for (int i = 0; i < lengthof(names); i++)
		if (BytesEqual(exception, BytesFromCString(names[i])))
			return true;
	return false;
}

/*
 * The answer as JSON; NULL where it is no object, as an error's may be, which can come from
 * anything on the way. Some operations answer nothing at all.
 */
static const JsonNode *
Parse(const EndpointResult *result)
{
	char *copy = palloc(result->body.length + 1);
	const JsonNode *node;

	memcpy(copy, result->body.data, result->body.length);
	copy[result->body.length] = '\0';
	if (result->status == 200 && result->body.length == 0)
		return JsonParse(BYTES_LITERAL("{}"));
	if (result->body.length == 0 || copy[0] != '{')
		return NULL;
	node = JsonParse((Bytes){ copy, result->body.length });
	return node->type == JSON_NODE_OBJECT ? node : NULL;
}

pg_noreturn static void
RaiseNoAnswer(const ApiCall *call, const EndpointResult *result)
{
	int code = result->too_large                     ? ERRCODE_PROGRAM_LIMIT_EXCEEDED
	           : result->outcome == ENDPOINT_REFUSED ? ERRCODE_INSUFFICIENT_PRIVILEGE
	                                                 : ERRCODE_CONNECTION_EXCEPTION;

	ereport(ERROR, (errcode(code), errmsg("the endpoint could not be asked for %s: %s",
	                                      call->operation, result->error)));
}

pg_noreturn static void
RaiseRefusal(const ApiCall *call, const EndpointResult *result, const JsonNode *answer,
             bool may_pass)
{
	Bytes message = AnswerString(answer, "message");

	if (message.data == NULL)
		message = AnswerString(answer, "Message");
	ereport(ERROR,
	        (errcode(may_pass ? ERRCODE_CONNECTION_EXCEPTION : ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
	         errmsg("the endpoint has refused %s: %s: %s (status %d)", call->operation,
	                Shown(ExceptionOf(answer)), Shown(message), result->status)));
}

/* Takes an answer; false where the call is to be made again. */
static bool
Take(ApiCall *call, const EndpointResult *result)
{
	const JsonNode *answer;
	bool may_pass;

	if (result->outcome == ENDPOINT_FAILED && !result->too_large && call->tries < TRIES)
		return false;
	if (result->outcome != ENDPOINT_ANSWERED)
		RaiseNoAnswer(call, result);
	answer = Parse(result);
	if (result->status == 200 && answer != NULL)
	{
		call->answer = answer;
		call->size = result->body.length;
		return true;
	}
	call->refused = call->allowed != NULL && answer != NULL &&
	                BytesEqual(ExceptionOf(answer), BytesFromCString(call->allowed));
	if (call->refused)
		return true;
	may_pass = result->status == 429 || result->status >= 500 || IsThrottling(ExceptionOf(answer));
	if (may_pass && call->tries < TRIES)
		return false;
	RaiseRefusal(call, result, answer, may_pass);
}

/* --- running --- */

/* A call that waits for its next try is started when its time has come. */
typedef struct Waiting
{
	bool in_flight;
	TimestampTz due;
} Waiting;

static void
StartDue(RemoteApi *api, ApiCall *calls, Waiting *waiting, int count)
{
	TimestampTz now = GetCurrentTimestamp();

	for (int i = 0; i < count && EndpointCallsCount(api->calls) < MAX_IN_FLIGHT; i++)
	{
		if (calls[i].done || waiting[i].in_flight || waiting[i].due > now)
			continue;
		Start(api, &calls[i]);
		waiting[i].in_flight = true;
	}
}

/* Milliseconds until a call is due; -1: answers alone are awaited. */
static long
UntilDue(const ApiCall *calls, const Waiting *waiting, int count)
{
	TimestampTz now = GetCurrentTimestamp();
	long least = -1;

	for (int i = 0; i < count; i++)
	{
		long wait;

		if (calls[i].done || waiting[i].in_flight || waiting[i].due <= now)
			continue;
		wait = TimestampDifferenceMilliseconds(now, waiting[i].due) + 1;
		least = least < 0 ? wait : Min(least, wait);
	}
	return least;
}

/* Trees of answers take up to eight times their text: all of them must have room. */
static void
CheckSize(int64 size)
{
	if (size > MAX_TOGETHER)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
		                errmsg("answers of the endpoint are larger than %d MB together",
		                       MAX_TOGETHER / (1024 * 1024)),
		                errhint("Read the table in fewer segments.")));
}

static void
TakeAnswers(RemoteApi *api, ApiCall *calls, Waiting *waiting, int64 *size)
{
	EndpointCall *answered;

	while ((answered = EndpointCallsNext(api->calls)) != NULL)
	{
		ApiCall *call = EndpointCallTag(answered);
		Waiting *own = &waiting[call - calls];

		*size += EndpointCallResult(answered)->body.length;
		CheckSize(*size);
		call->done = Take(call, EndpointCallResult(answered));
		own->in_flight = false;
		own->due =
		    TimestampTzPlusMilliseconds(GetCurrentTimestamp(), FIRST_PAUSE << (call->tries - 1));
		EndpointCallEnd(answered);
	}
}

static bool
AllAreDone(const ApiCall *calls, int count)
{
	for (int i = 0; i < count; i++)
		if (!calls[i].done)
			return false;
	return true;
}

void
RemoteRun(RemoteApi *api, ApiCall *calls, int count)
{
	Waiting *waiting = palloc0_array(Waiting, count);
	int64 size = 0;

	while (!AllAreDone(calls, count))
	{
		StartDue(api, calls, waiting, count);
		EndpointCallsWait(api->calls, UntilDue(calls, waiting, count), PG_WAIT_EXTENSION);
		CHECK_FOR_INTERRUPTS();
		TakeAnswers(api, calls, waiting, &size);
	}
	pfree(waiting);
}
