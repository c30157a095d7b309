/*
 * DynamoDB JSON from attribute values and straight from stored items.
 */
#include "item/encoding.h"

#include "error/error.h"
#include "item/base64.h"
#include "item/buffer.h"
#include "item/escape.h"
#include "item/number.h"
#include "item/stored_value.h"

#include "miscadmin.h"

static void
WriteBase64(JsonWriter *writer, Bytes bytes)
{
	Size length = BASE64_LENGTH(bytes.length);
	StringInfo out = writer->out;
	char *p;

	JsonRaw(writer, BYTES_LITERAL("\""));
	p = Base64Encode(bytes, BufferReserve(out, length + 1));
	*p++ = '"';
	BufferEnd(out, p);
}

static void
WriteNumber(JsonWriter *writer, Numeric number)
{
	char text[NUMBER_TEXT_SIZE + 2];
	int length = NumberFormat(number, text + 1);

	text[0] = text[length + 1] = '"';
	JsonRaw(writer, (Bytes){ text, length + 2 });
}

/* True where the text was written as {"$s": ...}, which stands for {"S": ...}. */
static bool
WriteEscapedString(JsonWriter *writer, Bytes text)
{
	if (!writer->for_jsonb || !HasNul(text))
		return false;
	JsonString(writer, text);
	return true;
}

static void
BeginTyped(JsonWriter *writer, AttributeType type)
{
	static const Bytes openings[] = {
		[ATTRIBUTE_S] = { "{\"S\":", 5 },       [ATTRIBUTE_N] = { "{\"N\":", 5 },
		[ATTRIBUTE_B] = { "{\"B\":", 5 },       [ATTRIBUTE_SS] = { "{\"SS\":", 6 },
		[ATTRIBUTE_NS] = { "{\"NS\":", 6 },     [ATTRIBUTE_BS] = { "{\"BS\":", 6 },
		[ATTRIBUTE_M] = { "{\"M\":", 5 },       [ATTRIBUTE_L] = { "{\"L\":", 5 },
		[ATTRIBUTE_BOOL] = { "{\"BOOL\":", 8 }, [ATTRIBUTE_NULL] = { "{\"NULL\":", 8 },
	};

	JsonRaw(writer, openings[type]);
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

pg_attribute_noreturn() static void Corrupted(const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("invalid stored item: %s", what)));
	pg_unreachable();
}

static Bytes
StoredText(const StoredValue *stored)
{
	Bytes text = stored->text;

	if (stored->escaped && !UnescapeNul(stored->text, &text))
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
		else if (stored.type == ATTRIBUTE_S)
			JsonString(writer, StoredText(&stored));
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
		case ATTRIBUTE_S:
			JsonString(writer, StoredText(stored));
			break;
		case ATTRIBUTE_N:
			WriteNumber(writer, stored->number);
			break;
		case ATTRIBUTE_B: /* is base64 already */
			JsonString(writer, stored->text);
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

	check_stack_depth();
	if (fault != NULL)
		Corrupted(fault);
	if (stored.type == ATTRIBUTE_S && stored.escaped &&
	    WriteEscapedString(writer, StoredText(&stored)))
		return;
	BeginTyped(writer, stored.type);
	WriteStoredContent(writer, &stored);
	JsonEndObject(writer);
}

static void
WriteStoredElements(JsonWriter *writer, const JsonbContainer *array)
{
	JsonbWalk walk = JsonbWalkStart(array);
	JsonbEntry entry;

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

	JsonBeginObject(writer);
	while (JsonbWalkNext(&walk, &entry))
	{
		if (!UnescapeName(entry.name, &name))
			Corrupted("wrong escape in a name");
		JsonNameBytes(writer, name);
		WriteStoredValue(writer, &entry);
	}
	JsonEndObject(writer);
}

void
StoredItemWrite(JsonWriter *writer, const Jsonb *item)
{
	if (!JsonContainerIsObject(&item->root))
		Corrupted("it is no object");
	WriteStoredAttributes(writer, &item->root);
}
