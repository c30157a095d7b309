/*
 * The stored form of an item, written straight as jsonb. jsonb's own builder
 * makes a tree of JsonbValues first and copies everything twice; the result
 * here is the same to the byte.
 *
 * A container is a header, one JEntry for each key and value, then their data.
 * A JEntry holds its data's length or, every JB_OFFSET_STRIDE entries, the
 * offset of its end; padding in front of numbers and containers counts as
 * part of their data.
 */
#include "item/encoding.h"

#include "error/error.h"
#include "item/base64.h"
#include "item/buffer.h"
#include "item/escape.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"

/* What the values of one container have taken so far. */
typedef struct ContainerBuilder
{
	StringInfo out;
	int base;    /* where the container starts in `out`, its padding included */
	int entries; /* where its JEntries start */
	int data;    /* where its data starts */
	int next;    /* number of the next JEntry */
} ContainerBuilder;

static JEntry EncodeValue(StringInfo out, const AttributeValue *value);

static void
Pad(StringInfo out)
{
	static const char zeros[sizeof(int32)];
	int padding = INTALIGN(out->len) - out->len;

	if (padding > 0)
		BufferAppend(out, zeros, padding);
}

static ContainerBuilder
BeginContainer(StringInfo out, uint32 flag, int count)
{
	ContainerBuilder builder = { .out = out, .base = out->len };
	int entries = flag == JB_FOBJECT ? count * 2 : count;
	uint32 header = flag | count;

	Pad(out);
	BufferAppend(out, (char *) &header, sizeof(header));
	builder.entries = out->len;
	BufferReserve(out, entries * sizeof(JEntry));
	out->len += entries * sizeof(JEntry);
	builder.data = out->len;
	return builder;
}

/* Notes the entry whose data has just been appended. */
static void
EndEntry(ContainerBuilder *builder, JEntry entry)
{
	uint32 end = builder->out->len - builder->data;

	if (end > JENTRY_OFFLENMASK)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("item is too large")));
	if (builder->next % JB_OFFSET_STRIDE == 0)
		entry = (entry & JENTRY_TYPEMASK) | end | JENTRY_HAS_OFF;
	memcpy(builder->out->data + builder->entries + builder->next * sizeof(JEntry), &entry,
	       sizeof(entry));
	builder->next++;
}

static JEntry
EndContainer(const ContainerBuilder *builder)
{
	uint32 length = builder->out->len - builder->base;

	if (length > JENTRY_OFFLENMASK)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("item is too large")));
	return JENTRY_ISCONTAINER | length;
}

static JEntry
AppendString(StringInfo out, Bytes text)
{
	BufferAppend(out, text.data, text.length);
	return JENTRY_ISSTRING | text.length;
}

static JEntry
AppendBase64(StringInfo out, Bytes bytes)
{
	int length = BASE64_LENGTH(bytes.length);

	Base64Encode(bytes, BufferReserve(out, length));
	out->len += length;
	return JENTRY_ISSTRING | length;
}

static JEntry
AppendNumber(StringInfo out, Numeric number)
{
	int start = out->len;

	Pad(out);
	BufferAppend(out, (char *) number, VARSIZE_ANY(number));
	return JENTRY_ISNUMERIC | (out->len - start);
}

/* Begins {"tag": ...}; the caller appends the value and calls EndTag. */
static ContainerBuilder
BeginTag(StringInfo out, Bytes tag)
{
	ContainerBuilder builder = BeginContainer(out, JB_FOBJECT, 1);

	EndEntry(&builder, AppendString(out, tag));
	return builder;
}

static JEntry
EndTag(ContainerBuilder *builder, JEntry entry)
{
	EndEntry(builder, entry);
	return EndContainer(builder);
}

static JEntry
EncodeString(StringInfo out, Bytes text)
{
	ContainerBuilder tag;

	if (!HasNul(text))
		return AppendString(out, text);
	tag = BeginTag(out, BYTES_LITERAL("$s"));
	return EndTag(&tag, AppendString(out, EscapeNul(text)));
}

static JEntry
EncodeBinary(StringInfo out, Bytes bytes)
{
	ContainerBuilder tag = BeginTag(out, BYTES_LITERAL("$b"));

	return EndTag(&tag, AppendBase64(out, bytes));
}

static JEntry
EncodeElements(StringInfo out, const AttributeValue *list, bool binary)
{
	ContainerBuilder array = BeginContainer(out, JB_FARRAY, list->count);

	for (int i = 0; i < list->count; i++)
	{
		const AttributeValue *element = &list->elements[i];

		EndEntry(&array, binary ? AppendBase64(out, (Bytes){ element->bytes, element->count })
		                        : EncodeValue(out, element));
	}
	return EndContainer(&array);
}

static JEntry
EncodeSet(StringInfo out, Bytes name, const AttributeValue *set)
{
	ContainerBuilder tag = BeginTag(out, name);

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
	ContainerBuilder object = BeginContainer(out, JB_FOBJECT, map->count);

	for (int i = 0; i < map->count; i++)
		EndEntry(&object, AppendString(out, map->attributes[i].name));
	for (int i = 0; i < map->count; i++)
		EndEntry(&object, EncodeValue(out, &map->attributes[i].value));
	return EndContainer(&object);
}

static JEntry
EncodeMap(StringInfo out, const AttributeValue *map)
{
	AttributeValue stored = WithStoredNames(map);
	ContainerBuilder tag;

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
			return AppendNumber(out, value->number);
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
