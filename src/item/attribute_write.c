/*
 * DynamoDB JSON from attribute values and straight from stored items.
 */
#include "item/encoding.h"

#include "compat.h"
#include "error/error.h"
#include "text/base64.h"
#include "text/escape.h"
#include "json/json_append.h"
#include "item/number/number.h"
#include "item/stored_value.h"

#include "miscadmin.h"

static void
WriteBase64(JsonWriter *writer, Bytes bytes)
{
	char *p = JsonReserve(writer, BASE64_LENGTH(bytes.length) + 2);

	*p++ = '"';
	p = Base64Encode(bytes, p);
	*p++ = '"';
	BufferEnd(writer->out, p);
	writer->need_comma = true;
}

/* `before` and `after` as in JsonAppendQuotedIn. */
static inline void
WriteNumberIn(JsonWriter *writer, JsonPiece before, Numeric number, char after)
{
	char *p = JsonReserve(writer, sizeof(before.text) + NUMBER_TEXT_SIZE + 3);

	p = PutPiece(p, before);
	*p++ = '"';
	p += NumberFormat(number, p);
	*p++ = '"';
	if (after != '\0')
		*p++ = after;
	BufferEnd(writer->out, p);
	writer->need_comma = true;
}

static void
WriteNumber(JsonWriter *writer, Numeric number)
{
	WriteNumberIn(writer, (JsonPiece){ .length = 0 }, number, '\0');
}

/* True where the text was written as {"$s": ...}, which stands for {"S": ...}. */
static inline bool
WriteEscapedString(JsonWriter *writer, Bytes text)
{
	if (!writer->for_jsonb || !HasNul(text))
		return false;
	JsonString(writer, text);
	return true;
}

/* {"TYPE": ; eight characters leave no room for the zero of a string literal. */
static const JsonPiece openings[] = {
	[ATTRIBUTE_S] = { "{\"S\":", 5 },
	[ATTRIBUTE_N] = { "{\"N\":", 5 },
	[ATTRIBUTE_B] = { "{\"B\":", 5 },
	[ATTRIBUTE_SS] = { "{\"SS\":", 6 },
	[ATTRIBUTE_NS] = { "{\"NS\":", 6 },
	[ATTRIBUTE_BS] = { "{\"BS\":", 6 },
	[ATTRIBUTE_M] = { "{\"M\":", 5 },
	[ATTRIBUTE_L] = { "{\"L\":", 5 },
	[ATTRIBUTE_BOOL] = { { '{', '"', 'B', 'O', 'O', 'L', '"', ':' }, 8 },
	[ATTRIBUTE_NULL] = { { '{', '"', 'N', 'U', 'L', 'L', '"', ':' }, 8 },
};

static inline void
BeginTyped(JsonWriter *writer, AttributeType type)
{
	char *p = JsonReserve(writer, sizeof(openings[type].text));

	BufferEnd(writer->out, PutPiece(p, openings[type]));
	writer->need_comma = false;
}

static void
WriteScalar(JsonWriter *writer, const AttributeValue *value)
{
	if (value->type == ATTRIBUTE_N)
		WriteNumber(writer, value->number);
	else if (value->type == ATTRIBUTE_B)
		WriteBase64(writer, (Bytes){ value->bytes, value->count });
	else
		JsonString(writer, (Bytes){ value->bytes, value->count });
}

static void
WriteContent(JsonWriter *writer, const AttributeValue *value)
{
	switch (value->type)
	{
		case ATTRIBUTE_S:
		case ATTRIBUTE_N:
		case ATTRIBUTE_B:
			WriteScalar(writer, value);
			break;
		case ATTRIBUTE_SS:
		case ATTRIBUTE_NS:
		case ATTRIBUTE_BS:
			JsonBeginArray(writer);
			for (int i = 0; i < value->count; i++)
				WriteScalar(writer, &value->elements[i]);
			JsonEndArray(writer);
			break;
		case ATTRIBUTE_M:
			AttributeMapWrite(writer, value);
			break;
		case ATTRIBUTE_L:
			JsonBeginArray(writer);
			for (int i = 0; i < value->count; i++)
				AttributeValueWrite(writer, &value->elements[i]);
			JsonEndArray(writer);
			break;
		case ATTRIBUTE_BOOL:
			JsonBoolean(writer, value->boolean);
			break;
		case ATTRIBUTE_NULL:
			JsonBoolean(writer, true);
			break;
	}
}

void
AttributeValueWrite(JsonWriter *writer, const AttributeValue *value)
{
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (value->type == ATTRIBUTE_S &&
	    WriteEscapedString(writer, (Bytes){ value->bytes, value->count }))
		return;
	BeginTyped(writer, value->type);
	WriteContent(writer, value);
	JsonEndObject(writer);
}

void
AttributeMapWrite(JsonWriter *writer, const AttributeValue *map)
{
	JsonBeginObject(writer);
	for (int i = 0; i < map->count; i++)
	{
		JsonNameBytes(writer, map->attributes[i].name);
		AttributeValueWrite(writer, &map->attributes[i].value);
	}
	JsonEndObject(writer);
}

/* The same from the stored form. */

static void WriteStoredAttributes(JsonWriter *writer, const JsonbContainer *object);
static void WriteStoredElements(JsonWriter *writer, const JsonbContainer *array);

pg_noreturn static void
Corrupted(const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("invalid stored item: %s", what)));
	pg_unreachable();
}

/* A stored string or base64: jsonb holds no U+0000. */
static inline void
WriteText(JsonWriter *writer, Bytes text)
{
	JsonAppendQuoted(writer, text, '\0');
	writer->need_comma = true;
}

/* The text of an escaped S. */
static Bytes
EscapedText(const StoredValue *stored)
{
	Bytes text;

	if (!UnescapeNul(stored->text, &text))
		Corrupted("wrong escape in $s");
	return text;
}

static void
WriteStoredSet(JsonWriter *writer, const JsonbContainer *array)
{
	JsonbWalk walk = JsonbWalkStart(array);
	JsonbEntry entry;

	JsonBeginArray(writer);
	while (JsonbWalkNext(&walk, &entry))
	{
		StoredValue stored;
		const char *fault = StoredValueRead(&entry, &stored);

		if (fault != NULL)
			Corrupted(fault);
		if (stored.type == ATTRIBUTE_N)
			WriteNumber(writer, stored.number);
		else if (stored.type == ATTRIBUTE_S && !stored.escaped)
			WriteText(writer, stored.text);
		else if (stored.type == ATTRIBUTE_S)
			JsonString(writer, EscapedText(&stored));
		else
			Corrupted("wrong type of a set's member");
	}
	JsonEndArray(writer);
}

static void
WriteStoredContent(JsonWriter *writer, const StoredValue *stored)
{
	switch (stored->type)
	{
		case ATTRIBUTE_S: /* an escaped one */
			JsonString(writer, EscapedText(stored));
			break;
		case ATTRIBUTE_N: /* WriteStoredValue's own */
			break;
		case ATTRIBUTE_B: /* is base64 already */
			WriteText(writer, stored->text);
			break;
		case ATTRIBUTE_SS:
		case ATTRIBUTE_NS:
		case ATTRIBUTE_BS:
			WriteStoredSet(writer, stored->container);
			break;
		case ATTRIBUTE_M:
			WriteStoredAttributes(writer, stored->container);
			break;
		case ATTRIBUTE_L:
			WriteStoredElements(writer, stored->container);
			break;
		case ATTRIBUTE_BOOL:
			JsonBoolean(writer, stored->boolean);
			break;
		case ATTRIBUTE_NULL:
			JsonBoolean(writer, true);
			break;
	}
}

static void
WriteStoredValue(JsonWriter *writer, const JsonbEntry *entry)
{
	StoredValue stored;
	const char *fault = StoredValueRead(entry, &stored);

	if (fault != NULL)
		Corrupted(fault);
	if (stored.type == ATTRIBUTE_S && stored.escaped &&
	    WriteEscapedString(writer, EscapedText(&stored)))
		return;
	if (stored.type == ATTRIBUTE_S && !stored.escaped)
	{
		JsonAppendQuotedIn(writer, openings[ATTRIBUTE_S], stored.text, '}');
		writer->need_comma = true;
		return;
	}
	if (stored.type == ATTRIBUTE_N)
	{
		WriteNumberIn(writer, openings[ATTRIBUTE_N], stored.number, '}');
		return;
	}
	BeginTyped(writer, stored.type);
	WriteStoredContent(writer, &stored);
	JsonAppendClosing(writer, '}');
}

static void
WriteStoredElements(JsonWriter *writer, const JsonbContainer *array)
{
	JsonbWalk walk = JsonbWalkStart(array);
	JsonbEntry entry;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	JsonBeginArray(writer);
	while (JsonbWalkNext(&walk, &entry))
		WriteStoredValue(writer, &entry);
	JsonEndArray(writer);
}

static void
WriteStoredAttributes(JsonWriter *writer, const JsonbContainer *object)
{
	JsonbWalk walk = JsonbWalkStart(object);
	JsonbEntry entry;
	Bytes name;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	JsonBeginObject(writer);
	while (JsonbWalkNext(&walk, &entry))
	{
		if (!UnescapeName(entry.name, &name))
			Corrupted("wrong escape in a name");
		JsonAppendQuoted(writer, writer->for_jsonb ? entry.name : name, ':');
		writer->need_comma = false;
		WriteStoredValue(writer, &entry);
	}
	JsonAppendClosing(writer, '}');
}

void
StoredItemWrite(JsonWriter *writer, const Jsonb *item)
{
	if (!JsonContainerIsObject(&item->root))
		Corrupted("it is no object");
	WriteStoredAttributes(writer, &item->root);
}
