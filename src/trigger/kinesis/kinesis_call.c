/*
 * See kinesis_call.h.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "error/guard.h"
#include "text/base64.h"
#include "json/json.h"
#include "trigger/kinesis/kinesis_call.h"
#include "trigger/kinesis/kinesis_setting.h"

#define API_VERSION "Kinesis_20131202"
#define MAX_ANSWER (1024 * 1024)
#define MAX_FAULT 500

/* --- requests --- */

/* Fields 1 to 5 of an ARN, and the rest. */
#define ARN_FIELDS 6

bool
KinesisStreamRead(const char *arn, KinesisStream *stream)
{
	char *copy = pstrdup(arn);
	char *fields[ARN_FIELDS];
	int count = 0;

	fields[count++] = copy;
	for (char *c = copy; *c != '\0' && count < ARN_FIELDS; c++)
	{
		if (*c != ':')
			continue;
		*c = '\0';
		fields[count++] = c + 1;
	}
	if (count < ARN_FIELDS || strcmp(fields[0], "arn") != 0 || strcmp(fields[2], "kinesis") != 0 ||
	    strncmp(fields[5], "stream/", strlen("stream/")) != 0)
		return false;
	stream->region = fields[3];
	stream->name = fields[5] + strlen("stream/");
	return stream->region[0] != '\0' && stream->name[0] != '\0' &&
	       strspn(stream->name,
	              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-") ==
	           strlen(stream->name);
}

EndpointCall *
KinesisCallStart(EndpointCalls *calls, const char *action, Bytes body,
                 const EndpointSignature *signature, int timeout, void *tag)
{
	EndpointRequest request = { .method = "POST",
		                        .url = kinesis_endpoint,
		                        .body = body,
		                        .signature = signature,
		                        .timeout = timeout,
		                        .max_answer = MAX_ANSWER };
	char *target = psprintf(API_VERSION ".%s", action);

	request.headers[request.header_count++] =
	    (EndpointHeader){ "Content-Type", "application/x-amz-json-1.1" };
	request.headers[request.header_count++] = (EndpointHeader){ "X-Amz-Target", target };
	return EndpointCallStart(calls, &request, tag);
}

static void
BeginBody(StringInfo body, JsonWriter *writer, const KinesisStream *stream)
{
	JsonWriterInit(writer, body, false);
	JsonBeginObject(writer);
	JsonName(writer, "StreamName");
	JsonCString(writer, stream->name);
}

Bytes
KinesisDescribeBody(const KinesisStream *stream)
{
	StringInfoData body;
	JsonWriter writer;

	initStringInfo(&body);
	BeginBody(&body, &writer, stream);
	JsonEndObject(&writer);
	return (Bytes){ body.data, body.len };
}

void
KinesisPutBegin(StringInfo body, const KinesisStream *stream)
{
	JsonWriter writer;

	BeginBody(body, &writer, stream);
	appendStringInfoString(body, ",\"Records\":[");
}

void
KinesisPutAppend(StringInfo body, const char *partition_key, Bytes data)
{
	if (body->data[body->len - 1] != '[')
		appendStringInfoChar(body, ',');
	appendStringInfo(body, "{\"PartitionKey\":\"%s\",\"Data\":\"", partition_key);
	enlargeStringInfo(body, BASE64_LENGTH(data.length));
	body->len = Base64Encode(data, body->data + body->len) - body->data;
	appendStringInfoString(body, "\"}");
}

void
KinesisPutEnd(StringInfo body)
{
	appendStringInfoString(body, "]}");
}

/* --- answers --- */

static bool
IsAnyError(const ErrorData *error)
{
	return ERRCODE_TO_CATEGORY(error->sqlerrcode) != ERRCODE_OPERATOR_INTERVENTION &&
	       ERRCODE_TO_CATEGORY(error->sqlerrcode) != ERRCODE_INSUFFICIENT_RESOURCES;
}

typedef struct Parsing
{
	Bytes text;
	const JsonNode *root;
} Parsing;

static void
Parse(void *state)
{
	Parsing *parsing = state;

	parsing->root = JsonParse(parsing->text);
}

/* The object that the answer is; NULL where it is none. */
static const JsonNode *
ObjectOf(const EndpointResult *result)
{
	Parsing parsing = { .text = result->body };

	if (Guard(Parse, &parsing, IsAnyError) != NULL || parsing.root->type != JSON_NODE_OBJECT)
		return NULL;
	return parsing.root;
}

static const JsonNode *
Member(const JsonNode *object, const char *name, JsonNodeType type)
{
	const JsonNode *member =
	    object != NULL && object->type == JSON_NODE_OBJECT ? JsonGet(object, name) : NULL;

	return member != NULL && member->type == type ? member : NULL;
}

static Bytes
Text(const JsonNode *object, const char *name)
{
	const JsonNode *member = Member(object, name, JSON_NODE_STRING);

	return member != NULL ? (Bytes){ member->text, member->count } : BYTES_LITERAL("");
}

/* On one line, and not longer than what is of use; a whole character where it is cut. */
static char *
OneLine(char *text)
{
	int length = strlen(text);

	if (length > MAX_FAULT)
		text[pg_mbcliplen(text, length, MAX_FAULT)] = '\0';
	for (char *c = text; *c != '\0'; c++)
		if ((unsigned char) *c < ' ')
			*c = ' ';
	return text;
}

/* The name behind the namespace that __type may begin with. */
static Bytes
ExceptionName(Bytes type)
{
	const char *hash = BytesFind(type, '#');

	return hash == NULL ? type : (Bytes){ hash + 1, type.data + type.length - hash - 1 };
}

char *
KinesisFault(const EndpointResult *result)
{
	const JsonNode *answer;
	Bytes type;
	Bytes message;

	if (result->outcome != ENDPOINT_ANSWERED)
		return OneLine(pstrdup(result->error));
	if (result->status == 200)
		return NULL;
	answer = ObjectOf(result);
	type = ExceptionName(Text(answer, "__type"));
	message = Text(answer, "message");
	if (message.length == 0)
		message = Text(answer, "Message");
	if (type.length == 0)
		return psprintf("the endpoint answers with the HTTP status %d", result->status);
	return OneLine(psprintf("%.*s: %.*s", BYTES_ARGS(type), BYTES_ARGS(message)));
}

bool
KinesisStreamIsActive(const EndpointResult *result)
{
	const JsonNode *summary =
	    Member(ObjectOf(result), "StreamDescriptionSummary", JSON_NODE_OBJECT);
	Bytes status = Text(summary, "StreamStatus");

	return BytesEqual(status, BYTES_LITERAL("ACTIVE")) ||
	       BytesEqual(status, BYTES_LITERAL("UPDATING"));
}

char *
KinesisPutTaken(const EndpointResult *result, bool *taken, int count)
{
	const JsonNode *records = Member(ObjectOf(result), "Records", JSON_NODE_ARRAY);
	char *fault = NULL;

	memset(taken, 0, sizeof(bool) * count);
	if (records == NULL || records->count != count)
		return pstrdup("the endpoint's answer is none of PutRecords");
	for (int i = 0; i < count; i++)
	{
		const JsonNode *record = &records->elements[i];
		Bytes code = Text(record, "ErrorCode");

		taken[i] = code.length == 0 && Text(record, "SequenceNumber").length > 0;
		if (!taken[i])
			fault = OneLine(
			    psprintf("%.*s: %.*s", BYTES_ARGS(code), BYTES_ARGS(Text(record, "ErrorMessage"))));
	}
	return fault;
}
