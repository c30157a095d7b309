/*
 * Order and equality of attribute values.
 */
#include "item/compare.h"

#include "item/number.h"

#include "miscadmin.h"

static bool
ElementsEqual(const AttributeValue *a, const AttributeValue *b)
{
	if (a->count != b->count)
		return false;
	for (int i = 0; i < a->count; i++)
	{
		if (!AttributeValueEqual(&a->elements[i], &b->elements[i]))
			return false;
	}
	return true;
}

static bool
MapsEqual(const AttributeValue *a, const AttributeValue *b)
{
	if (a->count != b->count)
		return false;
	for (int i = 0; i < a->count; i++)
	{
		if (!BytesEqual(a->attributes[i].name, b->attributes[i].name) ||
		    !AttributeValueEqual(&a->attributes[i].value, &b->attributes[i].value))
			return false;
	}
	return true;
}

bool
AttributeValueEqual(const AttributeValue *a, const AttributeValue *b)
{
	if (a->type != b->type)
		return false;

	switch (a->type)
	{
		case ATTRIBUTE_S:
		case ATTRIBUTE_N:
		case ATTRIBUTE_B:
			return AttributeValueCompare(a, b) == 0;
		case ATTRIBUTE_SS:
		case ATTRIBUTE_NS:
		case ATTRIBUTE_BS:
		case ATTRIBUTE_L:
			check_stack_depth();
			return ElementsEqual(a, b); /* sets are sorted */
		case ATTRIBUTE_M:
			check_stack_depth();
			return MapsEqual(a, b);
		case ATTRIBUTE_BOOL:
			return a->boolean == b->boolean;
		case ATTRIBUTE_NULL:
			return true;
	}
	pg_unreachable();
}

bool
AttributeValuesOrdered(const AttributeValue *a, const AttributeValue *b)
{
	return a->type == b->type &&
	       (a->type == ATTRIBUTE_S || a->type == ATTRIBUTE_N || a->type == ATTRIBUTE_B);
}

int
AttributeValueCompare(const AttributeValue *a, const AttributeValue *b)
{
	Assert(AttributeValuesOrdered(a, b));

	if (a->type == ATTRIBUTE_N)
		return NumberCompare(a->number, b->number);
	return BytesCompare((Bytes){ a->bytes, a->count }, (Bytes){ b->bytes, b->count });
}
