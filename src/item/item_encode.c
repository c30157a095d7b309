/*
 * The stored form of an item, written straight as jsonb. jsonb's own builder
 * makes a tree of JsonbValues first and copies everything twice; the result
 * here is the same to the byte.
 */
#include "item/encoding.h"

#include "error/error.h"
#include "text/base64.h"
#include "text/escape.h"
#include "json/jsonb_build.h"

#include "miscadmin.h"

static JEntry EncodeValue(StringInfo out, const AttributeValue *value);

static JEntry
AppendBase64(StringInfo out, Bytes bytes)
{
	int length = BASE64_LENGTH(bytes.length);

	Base64Encode(bytes, BufferReserve(out, length));
	out->len += length;
	return JENTRY_ISSTRING | length;
}

/* Begins {"tag": ...}; the caller appends the value and calls EndTag. */
static JsonbBuilder
BeginTag(StringInfo out, Bytes tag)
{
	JsonbBuilder builder = JsonbBegin(out, JB_FOBJECT, 1);

	JsonbEndEntry(&builder, JsonbAppendString(out, tag));
	return builder;
}

static JEntry
EndTag(JsonbBuilder *builder, JEntry entry)
{
	JsonbEndEntry(builder, entry);
	return JsonbEnd(builder);
}

static JEntry
EncodeString(StringInfo out, Bytes text)
{
	JsonbBuilder tag;

	if (!HasNul(text))
		return JsonbAppendString(out, text);
	tag = BeginTag(out, BYTES_LITERAL("$s"));
	return EndTag(&tag, JsonbAppendString(out, EscapeNul(text)));
}

static JEntry
EncodeBinary(StringInfo out, Bytes bytes)
{
	JsonbBuilder tag = BeginTag(out, BYTES_LITERAL("$b"));

	return EndTag(&tag, AppendBase64(out, bytes));
}

static JEntry
EncodeElements(StringInfo out, const AttributeValue *list, bool binary)
{
	JsonbBuilder array = JsonbBegin(out, JB_FARRAY, list->count);

	CHECK_FOR_INTERRUPTS();
	for (int i = 0; i < list->count; i++)
	{
		const AttributeValue *element = &list->elements[i];

		JsonbEndEntry(&array, binary ? AppendBase64(out, (Bytes){ element->bytes, element->count })
		                             : EncodeValue(out, element));
	}
	return JsonbEnd(&array);
}

static JEntry
EncodeSet(StringInfo out, Bytes name, const AttributeValue *set)
{
	JsonbBuilder tag = BeginTag(out, name);

	return EndTag(&tag, EncodeElements(out, set, set->type == ATTRIBUTE_BS));
}

/*
 * The map with its names as they are stored, in the order of those: `map`
 * itself where no name needs an escape.
 */
static AttributeValue
WithStoredNames(const AttributeValue *map)
{
	AttributeValue stored = *map;
	bool escaped = false;

	for (int i = 0; i < map->count && !escaped; i++)
		escaped = NameNeedsEscape(map->attributes[i].name);
	if (!escaped)
		return stored;

	stored.attributes = palloc(sizeof(Attribute) * map->count);
	for (int i = 0; i < map->count; i++)
	{
		stored.attributes[i].name = EscapeName(map->attributes[i].name);
		stored.attributes[i].value = map->attributes[i].value;
	}
	MapNormalise(&stored);
	return stored;
}

static JEntry
EncodeAttributes(StringInfo out, const AttributeValue *map)
{
	JsonbBuilder object = JsonbBegin(out, JB_FOBJECT, map->count);

	CHECK_FOR_INTERRUPTS();
	for (int i = 0; i < map->count; i++)
		JsonbEndEntry(&object, JsonbAppendString(out, map->attributes[i].name));
	for (int i = 0; i < map->count; i++)
		JsonbEndEntry(&object, EncodeValue(out, &map->attributes[i].value));
	return JsonbEnd(&object);
}

static JEntry
EncodeMap(StringInfo out, const AttributeValue *map)
{
	AttributeValue stored = WithStoredNames(map);
	JsonbBuilder tag;

	if (stored.count != 1 || stored.attributes[0].name.length == 0 ||
	    stored.attributes[0].name.data[0] != '$')
		return EncodeAttributes(out, &stored);
	tag = BeginTag(out, BYTES_LITERAL("$m"));
	return EndTag(&tag, EncodeAttributes(out, &stored));
}

static JEntry
EncodeValue(StringInfo out, const AttributeValue *value)
{
	check_stack_depth();
	switch (value->type)
	{
		case ATTRIBUTE_S:
			return EncodeString(out, (Bytes){ value->bytes, value->count });
		case ATTRIBUTE_N:
			return JsonbAppendNumber(out, value->number);
		case ATTRIBUTE_B:
			return EncodeBinary(out, (Bytes){ value->bytes, value->count });
		case ATTRIBUTE_SS:
			return EncodeSet(out, BYTES_LITERAL("$ss"), value);
		case ATTRIBUTE_NS:
			return EncodeSet(out, BYTES_LITERAL("$ns"), value);
		case ATTRIBUTE_BS:
			return EncodeSet(out, BYTES_LITERAL("$bs"), value);
		case ATTRIBUTE_M:
			return EncodeMap(out, value);
		case ATTRIBUTE_L:
			return EncodeElements(out, value, false);
		case ATTRIBUTE_BOOL:
			return value->boolean ? JENTRY_ISBOOL_TRUE : JENTRY_ISBOOL_FALSE;
		case ATTRIBUTE_NULL:
			return JENTRY_ISNULL;
	}
	pg_unreachable();
}

Jsonb *
ItemEncode(const AttributeValue *item)
{
	AttributeValue stored = WithStoredNames(item);
	StringInfoData out;

	initStringInfo(&out);
	out.len = VARHDRSZ;
	EncodeAttributes(&out, &stored);
	SET_VARSIZE(out.data, out.len);
	return (Jsonb *) out.data;
}
