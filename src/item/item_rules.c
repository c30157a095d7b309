/*
 * One walk judges and counts, and ends once the size is over its limit: each
 * node but the empty member of a set adds to the size, so that the walk of a
 * value which shares its parts many times over ends as well.
 */
#include "item/item_rules.h"

#include "compat.h"
#include "error/error.h"
#include "item/encoding.h"
#include "item/number/number.h"
#include "item/size.h"

#include "miscadmin.h"

void
AttributeNameCheck(Bytes name)
{
	if (name.length > MAX_ATTRIBUTE_NAME_SIZE)
		ValidationError(TEXT_NAME_TOO_LARGE);
}

void
AttributeNameRequire(Bytes name)
{
	if (name.length == 0)
		RequestError(TEXT_NAME_EMPTY);
	AttributeNameCheck(name);
}

void
NestingCheck(int depth)
{
	if (depth >= MAX_NESTING)
		RequestError(TEXT_NESTING);
}

static void
CheckSet(const AttributeValue *set)
{
	if (set->count == 0)
		ValidationError("%s",
		                set->type == ATTRIBUTE_NS ? TEXT_NUMBER_SET_EMPTY : TEXT_STRING_SET_EMPTY);
}

/* Of the attributes of an item or a map, each with `overhead` bytes. */
static int
CheckAttributes(const AttributeValue *map, int depth, int overhead, int limit)
{
	int size = 0;

	CHECK_FOR_INTERRUPTS();
	for (int i = 0; i < map->count && size <= limit; i++)
	{
		const Attribute *attribute = &map->attributes[i];

		AttributeNameCheck(attribute->name);
		size += overhead + attribute->name.length;
		size += ValueRulesCheck(&attribute->value, depth, limit - size);
	}
	return size;
}

static int
CheckElements(const AttributeValue *list, int depth, int overhead, int limit)
{
	int size = 0;

	CHECK_FOR_INTERRUPTS();
	for (int i = 0; i < list->count && size <= limit; i++)
		size += overhead + ValueRulesCheck(&list->elements[i], depth, limit - size);
	return size;
}

int
ValueRulesCheck(const AttributeValue *value, int depth, int limit)
{
	if (unlikely(depth >= MAX_NESTING))
		ValidationError("%s", ErrorStyleIsStatement() ? TEXT_NESTING_STATEMENT : TEXT_NESTING);
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
			CheckSet(value);
			return CheckElements(value, depth, 0, limit);
		case ATTRIBUTE_M:
			return CONTAINER_OVERHEAD + CheckAttributes(value, depth + 1, MEMBER_OVERHEAD, limit);
		case ATTRIBUTE_L:
			return CONTAINER_OVERHEAD + CheckElements(value, depth + 1, MEMBER_OVERHEAD, limit);
		case ATTRIBUTE_BOOL:
		case ATTRIBUTE_NULL:
			return 1;
	}
	pg_unreachable();
}

int
ItemRulesCheck(const AttributeValue *item)
{
	return CheckAttributes(item, 0, 0, MAX_ITEM_SIZE);
}

void
RaiseItemTooLarge(void)
{
	ValidationError(TEXT_ITEM_SIZE);
}

void
ItemSizeCheck(const AttributeValue *item)
{
	if (ItemSize(item) > MAX_ITEM_SIZE)
		RaiseItemTooLarge();
}
