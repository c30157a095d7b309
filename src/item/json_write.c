/*
 * Appends JSON text. Runs of characters that need no escape are copied whole.
 */
#include "item/json.h"

#include "item/escape.h"

#include "common/shortest_dec.h"
#include "miscadmin.h"
#include "utils/builtins.h"

/* What must be escaped in a JSON string. */
static const bool needs_escape[256] = {
	[0x00] = true, [0x01] = true, [0x02] = true, [0x03] = true, [0x04] = true, [0x05] = true,
	[0x06] = true, [0x07] = true, [0x08] = true, [0x09] = true, [0x0A] = true, [0x0B] = true,
	[0x0C] = true, [0x0D] = true, [0x0E] = true, [0x0F] = true, [0x10] = true, [0x11] = true,
	[0x12] = true, [0x13] = true, [0x14] = true, [0x15] = true, [0x16] = true, [0x17] = true,
	[0x18] = true, [0x19] = true, [0x1A] = true, [0x1B] = true, [0x1C] = true, [0x1D] = true,
	[0x1E] = true, [0x1F] = true, ['"'] = true,  ['\\'] = true,
};

void
JsonWriterInit(JsonWriter *writer, StringInfo out, bool for_jsonb)
{
	writer->out = out;
	writer->need_comma = false;
	writer->for_jsonb = for_jsonb;
}

static inline void
Comma(JsonWriter *writer)
{
	if (writer->need_comma)
		appendStringInfoCharMacro(writer->out, ',');
}

static inline void
Begin(JsonWriter *writer, char bracket)
{
	Comma(writer);
	appendStringInfoCharMacro(writer->out, bracket);
	writer->need_comma = false;
}

static inline void
End(JsonWriter *writer, char bracket)
{
	appendStringInfoCharMacro(writer->out, bracket);
	writer->need_comma = true;
}

void
JsonBeginObject(JsonWriter *writer)
{
	Begin(writer, '{');
}

void
JsonEndObject(JsonWriter *writer)
{
	End(writer, '}');
}

void
JsonBeginArray(JsonWriter *writer)
{
	Begin(writer, '[');
}

void
JsonEndArray(JsonWriter *writer)
{
	End(writer, ']');
}

static void
AppendEscape(StringInfo out, unsigned char c)
{
	static const char short_escape[256] = {
		['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f',
		['\n'] = 'n', ['\r'] = 'r',  ['\t'] = 't',
	};
	static const char hex[] = "0123456789abcdef";

	if (short_escape[c] != '\0')
	{
		char escape[2] = { '\\', short_escape[c] };

		appendBinaryStringInfo(out, escape, sizeof(escape));
	}
	else
	{
		char escape[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

		appendBinaryStringInfo(out, escape, sizeof(escape));
	}
}

static void
AppendQuoted(StringInfo out, Bytes text)
{
	const char *p = text.data;
	const char *end = p + text.length;

	appendStringInfoCharMacro(out, '"');
	while (p < end)
	{
		const char *run = p;

		while (p < end && !needs_escape[(unsigned char) *p])
			p++;
		if (p > run)
			appendBinaryStringInfo(out, run, p - run);
		if (p < end)
			AppendEscape(out, *p++);
	}
	appendStringInfoCharMacro(out, '"');
}

void
JsonNamePlain(JsonWriter *writer, Bytes name)
{
	Comma(writer);
	AppendQuoted(writer->out, name);
	appendStringInfoCharMacro(writer->out, ':');
	writer->need_comma = false;
}

void
JsonName(JsonWriter *writer, const char *name)
{
	JsonNamePlain(writer, BytesFromCString(name));
}

void
JsonNameBytes(JsonWriter *writer, Bytes name)
{
	JsonNamePlain(writer, writer->for_jsonb ? EscapeName(name) : name);
}

void
JsonString(JsonWriter *writer, Bytes value)
{
	if (writer->for_jsonb && HasNul(value))
	{
		JsonBeginObject(writer);
		JsonNamePlain(writer, BYTES_LITERAL("$s"));
		AppendQuoted(writer->out, EscapeNul(value));
		JsonEndObject(writer);
		return;
	}
	Comma(writer);
	AppendQuoted(writer->out, value);
	writer->need_comma = true;
}

void
JsonCString(JsonWriter *writer, const char *value)
{
	JsonString(writer, BytesFromCString(value));
}

void
JsonRaw(JsonWriter *writer, Bytes text)
{
	Comma(writer);
	appendBinaryStringInfo(writer->out, text.data, text.length);
	writer->need_comma = true;
}

void
JsonInteger(JsonWriter *writer, int64 value)
{
	char text[MAXINT8LEN + 1];
	int length = pg_lltoa(value, text);

	JsonRaw(writer, (Bytes){ text, length });
}

/* With a point, as the service writes doubles: some clients tell 1.0 from 1. */
void
JsonDouble(JsonWriter *writer, double value)
{
	char text[DOUBLE_SHORTEST_DECIMAL_LEN + 2];
	int length;

	Assert(!isnan(value) && !isinf(value));
	length = double_to_shortest_decimal_buf(value, text);
	if (strspn(text, "-0123456789") == length)
	{
		text[length++] = '.';
		text[length++] = '0';
	}
	JsonRaw(writer, (Bytes){ text, length });
}

void
JsonBoolean(JsonWriter *writer, bool value)
{
	JsonRaw(writer, value ? BYTES_LITERAL("true") : BYTES_LITERAL("false"));
}

void
JsonNull(JsonWriter *writer)
{
	JsonRaw(writer, BYTES_LITERAL("null"));
}

static void
WriteElements(JsonWriter *writer, const JsonNode *array)
{
	JsonBeginArray(writer);
	for (int i = 0; i < array->count; i++)
		JsonWriteNode(writer, &array->elements[i]);
	JsonEndArray(writer);
}

static void
WriteMembers(JsonWriter *writer, const JsonNode *object)
{
	JsonBeginObject(writer);
	for (int i = 0; i < object->count; i++)
	{
		JsonNameBytes(writer, object->members[i].name);
		JsonWriteNode(writer, &object->members[i].value);
	}
	JsonEndObject(writer);
}

void
JsonWriteNode(JsonWriter *writer, const JsonNode *node)
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
			WriteElements(writer, node);
			break;
		case JSON_NODE_OBJECT:
			WriteMembers(writer, node);
			break;
	}
}
