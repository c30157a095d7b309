/*
 * Sizes of attribute values and of stored items.
 */
#include "item/size.h"

#include "text/base64.h"
#include "text/escape.h"
#include "item/number/number.h"
#include "item/stored_value.h"

#include "miscadmin.h"

static int
ElementsSize(const AttributeValue *list, int overhead)
{
	int size = 0;

	for (int i = 0; i < list->count; i++)
		size += AttributeValueSize(&list->elements[i]) + overhead;
	return size;
}

static int
AttributesSize(const AttributeValue *map, int overhead)
{
	int size = 0;

	for (int i = 0; i < map->count; i++)
		size += map->attributes[i].name.length + AttributeValueSize(&map->attributes[i].value) +
		        overhead;
	return size;
}

int
AttributeValueSize(const AttributeValue *value)
{
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	switch (value->type)
	{
		case ATTRIBUTE_S:
		case ATTRIBUTE_B:
			return value->count;
		case ATTRIBUTE_N:
			return NumberSize(value->number);
		case ATTRIBUTE_SS:
		case ATTRIBUTE_NS:
		case ATTRIBUTE_BS:
			return ElementsSize(value, 0);
		case ATTRIBUTE_M:
			return CONTAINER_OVERHEAD + AttributesSize(value, MEMBER_OVERHEAD);
		case ATTRIBUTE_L:
			return CONTAINER_OVERHEAD + ElementsSize(value, MEMBER_OVERHEAD);
		case ATTRIBUTE_BOOL:
		case ATTRIBUTE_NULL:
			return 1;
	}
	pg_unreachable();
}

int
ItemSize(const AttributeValue *item)
{
	return AttributesSize(item, 0);
}

static int StoredValueSize(const JsonbEntry *entry);

static int
StoredNameSize(Bytes stored)
{
	Bytes name;

	if (stored.length == 0 || stored.data[0] != '$' || !UnescapeName(stored, &name))
		return stored.length;
	return name.length;
}

/* Of the members of a list or map, or of the attributes of an item. */
static int
StoredMembersSize(const JsonbContainer *container, int overhead)
{
	JsonbWalk walk = JsonbWalkStart(container);
	JsonbEntry entry;
	int size = 0;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	while (JsonbWalkNext(&walk, &entry))
	{
		size += StoredValueSize(&entry) + overhead;
		if (walk.object)
			size += StoredNameSize(entry.name);
	}
	return size;
}

static int
StoredBinarySetSize(const JsonbContainer *container)
{
	JsonbWalk walk = JsonbWalkStart(container);
	JsonbEntry entry;
	int size = 0;

	while (JsonbWalkNext(&walk, &entry))
		size += entry.type == JENTRY_ISSTRING ? Base64DecodedLength(entry.text) : 0;
	return size;
}

static int
StoredValueSize(const JsonbEntry *entry)
{
	StoredValue stored;
	const char *fault = StoredValueRead(entry, &stored);

	if (fault != NULL)
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("invalid stored item: %s", fault)));
	switch (stored.type)
	{
		case ATTRIBUTE_S:
			return stored.escaped ? UnescapedLength(stored.text) : stored.text.length;
		case ATTRIBUTE_N:
			return NumberSize(stored.number);
		case ATTRIBUTE_B:
			return Base64DecodedLength(stored.text);
		case ATTRIBUTE_BS:
			return StoredBinarySetSize(stored.container);
		case ATTRIBUTE_SS:
		case ATTRIBUTE_NS:
			return StoredMembersSize(stored.container, 0);
		case ATTRIBUTE_M:
		case ATTRIBUTE_L:
			return CONTAINER_OVERHEAD + StoredMembersSize(stored.container, MEMBER_OVERHEAD);
		case ATTRIBUTE_BOOL:
		case ATTRIBUTE_NULL:
			return 1;
	}
	pg_unreachable();
}

int
StoredItemSize(const Jsonb *item)
{
	if (!JsonContainerIsObject(&item->root))
		ereport(ERROR,
		        (errcode(ERRCODE_DATA_CORRUPTED), errmsg("invalid stored item: it is no object")));
	return StoredMembersSize(&item->root, 0);
}
