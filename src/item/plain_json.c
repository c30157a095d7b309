/*
 * Plain JSON to attribute values and back: dynamo.marshall and unmarshall.
 */
#include "item/encoding.h"

#include "error/error.h"
#include "text/base64.h"
#include "text/escape.h"
#include "json/jsonb_walk.h"
#include "item/number/number.h"

#include "miscadmin.h"

static void ParseEntry(const JsonbEntry *entry, int depth, AttributeValue *value);

static void
ParseContainer(const JsonbContainer *container, int depth, AttributeValue *value)
{
	JsonbWalk walk = JsonbWalkStart(container);
	JsonbEntry entry = { 0 }; /* not all compilers see that JsonbWalkNext sets it */

	check_stack_depth();
	if (depth > MAX_NESTING)
		ValidationError(TEXT_NESTING);
	value->type = walk.object ? ATTRIBUTE_M : ATTRIBUTE_L;
	value->count = walk.count;
	if (walk.object)
		value->attributes = palloc(sizeof(Attribute) * Max(walk.count, 1));
	else
		value->elements = palloc(sizeof(AttributeValue) * Max(walk.count, 1));
	for (int i = 0; JsonbWalkNext(&walk, &entry); i++)
	{
		if (walk.object)
			value->attributes[i].name = entry.name;
		ParseEntry(&entry, depth, walk.object ? &value->attributes[i].value : &value->elements[i]);
	}
}

static void
ParseEntry(const JsonbEntry *entry, int depth, AttributeValue *value)
{
	if (depth >= MAX_NESTING)
		ValidationError(TEXT_NESTING);
	value->count = 0;
	value->elements = NULL;
	switch (entry->type)
	{
		case JENTRY_ISSTRING:
			value->type = ATTRIBUTE_S;
			value->bytes = entry->text.data;
			value->count = entry->text.length;
			break;
		case JENTRY_ISNUMERIC:
			value->type = ATTRIBUTE_N;
			value->number = NumberFromNumeric(entry->number);
			break;
		case JENTRY_ISBOOL_FALSE:
		case JENTRY_ISBOOL_TRUE:
			value->type = ATTRIBUTE_BOOL;
			value->boolean = entry->type == JENTRY_ISBOOL_TRUE;
			break;
		case JENTRY_ISCONTAINER:
			ParseContainer(entry->container, depth + 1, value);
			break;
		default:
			value->type = ATTRIBUTE_NULL;
			break;
	}
}

void
PlainJsonParse(const Jsonb *plain, AttributeValue *value)
{
	JsonbEntry entry = { .type = JENTRY_ISCONTAINER };
	JsonbWalk walk;

	if (JsonContainerIsScalar(&plain->root))
	{
		walk = JsonbWalkStart(&plain->root);
		JsonbWalkNext(&walk, &entry);
	}
	else
		entry.container = &plain->root;
	/* An object is an item, whose own map is no level of nesting. */
	ParseEntry(&entry, JsonContainerIsObject(&plain->root) ? -1 : 0, value);
}

static void
WriteElements(JsonWriter *writer, const AttributeValue *value)
{
	JsonBeginArray(writer);
	for (int i = 0; i < value->count; i++)
		PlainJsonWrite(writer, &value->elements[i]);
	JsonEndArray(writer);
}

/* Plain JSON escapes only what it cannot hold. */
static void
WriteName(JsonWriter *writer, Bytes name)
{
	if (HasNul(name))
		JsonNameBytes(writer, name);
	else
		JsonNamePlain(writer, name);
}

static void
WriteAttributes(JsonWriter *writer, const AttributeValue *map)
{
	JsonBeginObject(writer);
	for (int i = 0; i < map->count; i++)
	{
		WriteName(writer, map->attributes[i].name);
		PlainJsonWrite(writer, &map->attributes[i].value);
	}
	JsonEndObject(writer);
}

void
PlainJsonWrite(JsonWriter *writer, const AttributeValue *value)
{
	check_stack_depth();
	switch (value->type)
	{
		case ATTRIBUTE_S:
			JsonString(writer, (Bytes){ value->bytes, value->count });
			break;
		case ATTRIBUTE_N:
			JsonRaw(writer, BytesFromCString(NumberToString(value->number)));
			break;
		case ATTRIBUTE_B:
			JsonString(writer, Base64ToText((Bytes){ value->bytes, value->count }));
			break;
		case ATTRIBUTE_SS:
		case ATTRIBUTE_NS:
		case ATTRIBUTE_BS:
		case ATTRIBUTE_L:
			WriteElements(writer, value);
			break;
		case ATTRIBUTE_M:
			WriteAttributes(writer, value);
			break;
		case ATTRIBUTE_BOOL:
			JsonBoolean(writer, value->boolean);
			break;
		case ATTRIBUTE_NULL:
			JsonNull(writer);
			break;
	}
}
