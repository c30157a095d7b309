/*
 * See answer.h.
 */
#include "transfer/remote/answer.h"

#include "miscadmin.h"

const JsonNode *
AnswerMember(const JsonNode *object, const char *name, JsonNodeType type)
{
	const JsonNode *member = JsonGet(object, name);

	return member != NULL && member->type == type ? member : NULL;
}

const JsonNode *
AnswerNeed(const JsonNode *object, const char *name, JsonNodeType type)
{
	const JsonNode *member = AnswerMember(object, name, type);

	if (member == NULL)
		ereport(ERROR,
		        (errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
		         errmsg("an answer of the endpoint has no \"%s\" of the expected type", name)));
	return member;
}

Bytes
AnswerString(const JsonNode *object, const char *name)
{
	const JsonNode *member = AnswerMember(object, name, JSON_NODE_STRING);

	return member == NULL ? (Bytes){ NULL, 0 } : (Bytes){ member->text, member->count };
}

Bytes
AnswerShortString(const JsonNode *object, const char *name)
{
	Bytes text = AnswerString(object, name);

	if (text.length > ANSWER_SHORT)
		ereport(ERROR,
		        (errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
		         errmsg("an answer of the endpoint has a \"%s\" of %d bytes", name, text.length)));
	return text;
}

bool
AnswerStringIs(const JsonNode *object, const char *name, const char *value)
{
	Bytes text = AnswerString(object, name);

	return text.data != NULL && BytesEqual(text, BytesFromCString(value));
}

bool
AnswerBoolean(const JsonNode *object, const char *name)
{
	const JsonNode *member = AnswerMember(object, name, JSON_NODE_BOOLEAN);

	return member != NULL && member->boolean;
}

int64
AnswerInteger(const JsonNode *object, const char *name)
{
	const JsonNode *member = AnswerMember(object, name, JSON_NODE_NUMBER);

	return member == NULL ? 0 : JsonNodeInteger(member);
}

double
AnswerDouble(const JsonNode *object, const char *name)
{
	const JsonNode *member = AnswerMember(object, name, JSON_NODE_NUMBER);
	char *text;
	double value;

	if (member == NULL)
		return 0;
	text = pnstrdup(member->text, member->count);
	value = strtod(text, NULL);
	pfree(text);
	return value;
}

int
AnswerCount(const JsonNode *object, const char *name)
{
	const JsonNode *member = AnswerMember(object, name, JSON_NODE_ARRAY);

	return member == NULL ? 0 : member->count;
}

static void
WriteObject(JsonWriter *writer, const JsonNode *node)
{
	JsonBeginObject(writer);
	for (int i = 0; i < node->count; i++)
	{
		JsonNameBytes(writer, node->members[i].name);
		AnswerWrite(writer, &node->members[i].value);
	}
	JsonEndObject(writer);
}

static void
WriteArray(JsonWriter *writer, const JsonNode *node)
{
	JsonBeginArray(writer);
	for (int i = 0; i < node->count; i++)
		AnswerWrite(writer, &node->elements[i]);
	JsonEndArray(writer);
}

void
AnswerWrite(JsonWriter *writer, const JsonNode *node)
{
	check_stack_depth();
	switch (node->type)
	{
		case JSON_NODE_NULL:
			JsonNull(writer);
			break;
		case JSON_NODE_BOOLEAN:
			JsonBoolean(writer, node->boolean);
			break;
		case JSON_NODE_NUMBER:
			JsonRaw(writer, (Bytes){ node->text, node->count });
			break;
		case JSON_NODE_STRING:
			JsonString(writer, (Bytes){ node->text, node->count });
			break;
		case JSON_NODE_ARRAY:
			WriteArray(writer, node);
			break;
		case JSON_NODE_OBJECT:
			WriteObject(writer, node);
			break;
		default:
			elog(ERROR, "unexpected JSON node of type %d", node->type);
	}
}

void
AnswerCopy(JsonWriter *writer, const JsonNode *object, const char *name)
{
	const JsonNode *member = JsonGet(object, name);

	if (member == NULL)
		return;
	JsonName(writer, name);
	AnswerWrite(writer, member);
}

char *
AnswerText(const JsonNode *node)
{
	StringInfoData text;
	JsonWriter writer;

	initStringInfo(&text);
	JsonWriterInit(&writer, &text, false);
	AnswerWrite(&writer, node);
	appendStringInfoChar(&text, '\0');
	return text.data;
}
