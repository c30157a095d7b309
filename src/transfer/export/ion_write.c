/*
 * See ion_write.h.
 */
#include "transfer/export/ion_write.h"

#include "miscadmin.h"

#include "text/base64.h"
#include "item/number/number.h"

/* --- texts --- */

static bool
IsPlain(unsigned char c)
{
	return c >= ' ' && c != '"' && c != '\'' && c != '\\' && c != 0x7f;
}

static void
WriteEscaped(StringInfo out, unsigned char c)
{
	if (c == '\n')
		appendStringInfoString(out, "\\n");
	else if (c == '"' || c == '\'' || c == '\\')
		appendStringInfo(out, "\\%c", c);
	else
		appendStringInfo(out, "\\x%02x", c);
}

/* Runs of characters that need no escape are copied whole. */
static void
WriteQuoted(StringInfo out, Bytes text, char quote)
{
	int done = 0;

	appendStringInfoChar(out, quote);
	for (int i = 0; i < text.length; i++)
	{
		if (IsPlain(text.data[i]))
			continue;
		appendBinaryStringInfo(out, text.data + done, i - done);
		WriteEscaped(out, text.data[i]);
		done = i + 1;
	}
	if (done < text.length)
		appendBinaryStringInfo(out, text.data + done, text.length - done);
	appendStringInfoChar(out, quote);
}

/* Symbols that begin with a "$" have meanings of Ion's own. */
static bool
IsIdentifier(Bytes name)
{
	static const char *const words[] = { "null", "true", "false", "nan" };

	if (name.length == 0 || (name.data[0] >= '0' && name.data[0] <= '9'))
		return false;
	for (int i = 0; i < name.length; i++)
	{
		char c = name.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_'))
			return false;
	}
	for (int i = 0; i < lengthof(words); i++)
		if (BytesEqual(name, BytesFromCString(words[i])))
			return false;
	return true;
}

static void
WriteName(StringInfo out, Bytes name)
{
	if (IsIdentifier(name))
		appendBinaryStringInfo(out, name.data, name.length);
	else
		WriteQuoted(out, name, '\'');
	appendStringInfoChar(out, ':');
}

/* --- values --- */

/* A decimal has a point, or it would be an integer. */
static void
WriteNumber(StringInfo out, Numeric number)
{
	char text[NUMBER_TEXT_SIZE];
	int length = NumberFormat(number, text);

	appendBinaryStringInfo(out, text, length);
	if (memchr(text, '.', length) == NULL)
		appendStringInfoChar(out, '.');
}

static void
WriteBlob(StringInfo out, Bytes bytes)
{
	Bytes text = Base64ToText(bytes);

	appendStringInfoString(out, "{{");
	appendBinaryStringInfo(out, text.data, text.length);
	appendStringInfoString(out, "}}");
}

static void
WriteList(StringInfo out, const AttributeValue *list)
{
	appendStringInfoChar(out, '[');
	for (int i = 0; i < list->count; i++)
	{
		if (i > 0)
			appendStringInfoChar(out, ',');
		IonWriteValue(out, &list->elements[i]);
	}
	appendStringInfoChar(out, ']');
}

void
IonWriteMap(StringInfo out, const AttributeValue *map)
{
	appendStringInfoChar(out, '{');
	for (int i = 0; i < map->count; i++)
	{
		if (i > 0)
			appendStringInfoChar(out, ',');
		WriteName(out, map->attributes[i].name);
		IonWriteValue(out, &map->attributes[i].value);
	}
	appendStringInfoChar(out, '}');
}

void
IonWriteValue(StringInfo out, const AttributeValue *value)
{
	check_stack_depth();
	switch (value->type)
	{
		case ATTRIBUTE_S:
			WriteQuoted(out, (Bytes){ value->bytes, value->count }, '"');
			break;
		case ATTRIBUTE_N:
			WriteNumber(out, value->number);
			break;
		case ATTRIBUTE_B:
			WriteBlob(out, (Bytes){ value->bytes, value->count });
			break;
		case ATTRIBUTE_SS:
		case ATTRIBUTE_NS:
		case ATTRIBUTE_BS:
			appendStringInfo(out, "$dynamodb_%s::", AttributeTypeName(value->type));
			WriteList(out, value);
			break;
		case ATTRIBUTE_L:
			WriteList(out, value);
			break;
		case ATTRIBUTE_M:
			IonWriteMap(out, value);
			break;
		case ATTRIBUTE_BOOL:
			appendStringInfoString(out, value->boolean ? "true" : "false");
			break;
		case ATTRIBUTE_NULL:
			appendStringInfoString(out, "null");
			break;
	}
}
