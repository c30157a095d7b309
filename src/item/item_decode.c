/*
 * Attribute values from the stored form. Decoding checks everything, so the
 * check of items that plain SQL writes is a decoding that blames the writer
 * rather than the relation.
 */
#include "item/encoding.h"

#include "error/error.h"
#include "item/base64.h"
#include "item/escape.h"
#include "item/number.h"
#include "item/stored_value.h"

#include "miscadmin.h"

typedef struct Decoder
{
	int sqlstate; /* of errors */
} Decoder;

static void DecodeEntry(const Decoder *decoder, const JsonbEntry *entry, int depth,
                        AttributeValue *value);

pg_attribute_noreturn() static void Fault(const Decoder *decoder, const char *what)
{
	ereport(ERROR,
	        (errcode(decoder->sqlstate),
	         errmsg_internal("One or more parameter values were invalid: Invalid item: %s", what)));
	pg_unreachable();
}

static void
DecodeString(const Decoder *decoder, const StoredValue *stored, AttributeValue *value)
{
	Bytes text = stored->text;

	if (stored->escaped && !UnescapeNul(stored->text, &text))
		Fault(decoder, "in $s a backslash must be followed by 0 or a backslash");
	value->bytes = text.data;
	value->count = text.length;
}

static void
DecodeBinary(const Decoder *decoder, Bytes base64, AttributeValue *value)
{
	Bytes bytes;
	const char *fault = Base64Decode(base64, &bytes);

	if (fault != NULL)
		Fault(decoder, fault);
	value->type = ATTRIBUTE_B;
	value->bytes = bytes.data;
	value->count = bytes.length;
}

/* The type of the members of a set; as stored, members of a binary set are plain strings. */
static AttributeType
StoredMemberType(AttributeType set)
{
	return set == ATTRIBUTE_NS ? ATTRIBUTE_N : ATTRIBUTE_S;
}

static void
DecodeSet(const Decoder *decoder, const JsonbContainer *container, AttributeValue *set)
{
	JsonbWalk walk = JsonbWalkStart(container);
	JsonbEntry entry;
	AttributeValue *element;

	if (walk.count == 0)
		Fault(decoder, "a set must not be empty");
	set->count = walk.count;
	set->elements = element = palloc(sizeof(AttributeValue) * walk.count);
	for (; JsonbWalkNext(&walk, &entry); element++)
	{
		StoredValue stored;
		const char *fault = StoredValueRead(&entry, &stored);

		if (fault != NULL)
			Fault(decoder, fault);
		if (stored.type != StoredMemberType(set->type) ||
		    (set->type == ATTRIBUTE_BS && stored.escaped))
			Fault(decoder, "a member of a set is of another type than the set");
		if (set->type == ATTRIBUTE_BS)
			DecodeBinary(decoder, stored.text, element);
		else
			DecodeEntry(decoder, &entry, 0, element);
	}
	if (!SetNormalise(set))
		Fault(decoder, "a set must not have duplicates");
}

static void
EnterContainer(const Decoder *decoder, int depth)
{
	check_stack_depth();
	if (depth > MAX_NESTING)
		Fault(decoder, "Nesting Levels have exceeded supported limits");
}

static void
DecodeList(const Decoder *decoder, const JsonbContainer *container, int depth, AttributeValue *list)
{
	JsonbWalk walk = JsonbWalkStart(container);
	JsonbEntry entry;
	AttributeValue *element;

	EnterContainer(decoder, depth);
	list->count = walk.count;
	list->elements = element = palloc(sizeof(AttributeValue) * Max(walk.count, 1));
	for (; JsonbWalkNext(&walk, &entry); element++)
		DecodeEntry(decoder, &entry, depth, element);
}

/* The name that a stored one stands for; *escaped is set where it is another one. */
static Bytes
DecodeName(const Decoder *decoder, Bytes stored, bool *escaped)
{
	Bytes name;

	if (!UnescapeName(stored, &name))
		Fault(decoder, "in a name that starts with $u: a backslash must be followed by 0 or a "
		               "backslash");
	if (name.data != stored.data)
	{
		if (!NameNeedsEscape(name))
			Fault(decoder, "a name that starts with $u: holds no U+0000 and no other $u:");
		*escaped = true;
	}
	return name;
}

static void
DecodeMap(const Decoder *decoder, const JsonbContainer *container, int depth, AttributeValue *map)
{
	JsonbWalk walk = JsonbWalkStart(container);
	JsonbEntry entry;
	Attribute *attribute;
	bool escaped_names = false;

	EnterContainer(decoder, depth);
	map->type = ATTRIBUTE_M;
	map->count = walk.count;
	map->attributes = attribute = palloc(sizeof(Attribute) * Max(walk.count, 1));
	for (; JsonbWalkNext(&walk, &entry); attribute++)
	{
		attribute->name = DecodeName(decoder, entry.name, &escaped_names);
		DecodeEntry(decoder, &entry, depth, &attribute->value);
	}
	if (escaped_names)
		MapNormalise(map); /* jsonb has them in the order of the escaped names */
}

/* `depth` is the number of lists and maps around the value, the item itself not counted. */
static void
DecodeEntry(const Decoder *decoder, const JsonbEntry *entry, int depth, AttributeValue *value)
{
	StoredValue stored;
	const char *fault = StoredValueRead(entry, &stored);

	if (fault != NULL)
		Fault(decoder, fault);
	value->type = stored.type;
	value->count = 0;
	switch (stored.type)
	{
		case ATTRIBUTE_S:
			DecodeString(decoder, &stored, value);
			break;
		case ATTRIBUTE_N:
			value->number = NumberNormalise(stored.number);
			break;
		case ATTRIBUTE_B:
			DecodeBinary(decoder, stored.text, value);
			break;
		case ATTRIBUTE_SS:
		case ATTRIBUTE_NS:
		case ATTRIBUTE_BS:
			DecodeSet(decoder, stored.container, value);
			break;
		case ATTRIBUTE_M:
			DecodeMap(decoder, stored.container, depth + 1, value);
			break;
		case ATTRIBUTE_L:
			DecodeList(decoder, stored.container, depth + 1, value);
			break;
		case ATTRIBUTE_BOOL:
			value->boolean = stored.boolean;
			break;
		case ATTRIBUTE_NULL:
			value->elements = NULL;
			break;
	}
}

static const Decoder stored_decoder = { ERRCODE_DATA_CORRUPTED };

static void
CheckIsItem(const Decoder *decoder, const Jsonb *item)
{
	if (!JsonContainerIsObject(&item->root))
		Fault(decoder, "an item must be an object");
}

void
ItemDecode(const Jsonb *item, AttributeValue *map)
{
	CheckIsItem(&stored_decoder, item);
	DecodeMap(&stored_decoder, &item->root, 0, map);
}

bool
ItemGetAttribute(const Jsonb *item, Bytes name, AttributeValue *value)
{
	JsonbEntry entry;

	CheckIsItem(&stored_decoder, item);
	if (!JsonbFindMember(&item->root, EscapeName(name), &entry))
		return false;
	DecodeEntry(&stored_decoder, &entry, 0, value);
	return true;
}

bool
ItemGetAttributeOfType(const Jsonb *item, Bytes name, AttributeType type, AttributeValue *value)
{
	JsonbEntry entry;
	StoredValue stored;

	if (!JsonContainerIsObject(&item->root) ||
	    !JsonbFindMember(&item->root, EscapeName(name), &entry) ||
	    StoredValueRead(&entry, &stored) != NULL || stored.type != type)
		return false;
	DecodeEntry(&stored_decoder, &entry, 0, value);
	return true;
}

void
StoredItemCheck(const Jsonb *item)
{
	Decoder decoder = { ExceptionSqlState(EXCEPTION_VALIDATION) };
	AttributeValue map;

	CheckIsItem(&decoder, item);
	DecodeMap(&decoder, &item->root, 0, &map);
}
