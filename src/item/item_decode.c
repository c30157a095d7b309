/*
 * Attribute values from the stored form. Decoding checks everything, so the
 * check of items that plain SQL writes is a decoding that blames the writer
 * rather than the relation.
 */
#include "item/encoding.h"

#include "compat.h"
#include "error/error.h"
#include "text/base64.h"
#include "item/compare.h"
#include "text/escape.h"
#include "item/number/number.h"
#include "item/stored_value.h"

#include "miscadmin.h"

typedef struct Decoder
{
	int sqlstate; /* of errors */
} Decoder;

static void DecodeEntry(const Decoder *decoder, const JsonbEntry *entry, int depth,
                        AttributeValue *value);

pg_noreturn static void
Fault(const Decoder *decoder, const char *what)
{
	ereport(ERROR,
	        (errcode(decoder->sqlstate),
	         errmsg_internal("One or more parameter values were invalid: Invalid item: %s", what)));
	pg_unreachable();
}

/* Decodes an S, N or B. Returns NULL, or what is wrong with it. */
static const char *
DecodeKeyType(const StoredValue *stored, AttributeValue *value)
{
	Bytes bytes = stored->text;
	const char *fault = NULL;

	value->type = stored->type;
	value->count = 0;
	if (stored->type == ATTRIBUTE_N)
	{
		fault = NumberFault(stored->number);
		if (fault == NULL)
			value->number = NumberNormalise(stored->number);
		return fault;
	}
	if (stored->type == ATTRIBUTE_B)
		fault = Base64Decode(stored->text, &bytes);
	else if (stored->escaped && !UnescapeNul(stored->text, &bytes))
		fault = "in $s a backslash must be followed by 0 or a backslash";
	value->bytes = bytes.data;
	value->count = bytes.length;
	return fault;
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

		if (fault == NULL && (stored.type != StoredMemberType(set->type) ||
		                      (set->type == ATTRIBUTE_BS && stored.escaped)))
			fault = "a member of a set is of another type than the set";
		if (set->type == ATTRIBUTE_BS)
			stored.type = ATTRIBUTE_B;
		if (fault == NULL)
			fault = DecodeKeyType(&stored, element);
		if (fault != NULL)
			Fault(decoder, fault);
	}
	if (!SetNormalise(set))
		Fault(decoder, "a set must not have duplicates");
}

static void
DecodeList(const Decoder *decoder, const JsonbContainer *container, int depth, AttributeValue *list)
{
	JsonbWalk walk = JsonbWalkStart(container);
	JsonbEntry entry;
	AttributeValue *element;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
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
	if (name.length > MAX_ATTRIBUTE_NAME_SIZE)
		Fault(decoder, "Attribute name is too large, must be less than 65536 bytes");
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

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
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

	if (fault == NULL && depth >= MAX_NESTING)
		fault = TEXT_NESTING_STATEMENT;
	if (fault != NULL)
		Fault(decoder, fault);
	value->type = stored.type;
	value->count = 0;
	switch (stored.type)
	{
		case ATTRIBUTE_S:
		case ATTRIBUTE_N:
		case ATTRIBUTE_B:
			fault = DecodeKeyType(&stored, value);
			if (fault != NULL)
				Fault(decoder, fault);
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
ItemGetKeyAttribute(const Jsonb *item, Bytes name, AttributeType type, AttributeValue *value)
{
	JsonbEntry entry;
	StoredValue stored;

	return JsonContainerIsObject(&item->root) &&
	       JsonbFindMember(&item->root, EscapeName(name), &entry) &&
	       StoredValueRead(&entry, &stored) == NULL && stored.type == type &&
	       DecodeKeyType(&stored, value) == NULL;
}

void
StoredItemRead(const Jsonb *item, AttributeValue *map)
{
	Decoder decoder = { ExceptionSqlState(EXCEPTION_VALIDATION) };

	CheckIsItem(&decoder, item);
	DecodeMap(&decoder, &item->root, 0, map);
}

void
StoredItemCheck(const Jsonb *item)
{
	AttributeValue map;

	StoredItemRead(item, &map);
}
