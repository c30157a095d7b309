/*
 * Attribute values in memory: names, types, maps and sets.
 */
#include "item/value.h"

#include "miscadmin.h"

/* Up to this many elements a plain insertion sort is faster than qsort. */
#define INSERTION_SORT_LIMIT 12

static const Bytes type_names[] = {
	[ATTRIBUTE_S] = { "S", 1 },       [ATTRIBUTE_N] = { "N", 1 },
	[ATTRIBUTE_B] = { "B", 1 },       [ATTRIBUTE_SS] = { "SS", 2 },
	[ATTRIBUTE_NS] = { "NS", 2 },     [ATTRIBUTE_BS] = { "BS", 2 },
	[ATTRIBUTE_M] = { "M", 1 },       [ATTRIBUTE_L] = { "L", 1 },
	[ATTRIBUTE_BOOL] = { "BOOL", 4 }, [ATTRIBUTE_NULL] = { "NULL", 4 },
};

const char *
AttributeTypeName(AttributeType type)
{
	return type_names[type].data;
}

bool
AttributeTypeFromName(Bytes name, AttributeType *type)
{
	for (int i = 0; i < lengthof(type_names); i++)
	{
		if (BytesEqual(type_names[i], name))
		{
			*type = (AttributeType) i;
			return true;
		}
	}
	return false;
}

const AttributeValue *
MapGet(const AttributeValue *map, Bytes name)
{
	int low = 0;
	int high = map->count;

	while (low < high)
	{
		int middle = low + (high - low) / 2;
		int order = JsonbKeyCompare(map->attributes[middle].name, name);

		if (order == 0)
			return &map->attributes[middle].value;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static int
CompareAttributePointers(const void *a, const void *b)
{
	const Attribute *left = *(Attribute *const *) a;
	const Attribute *right = *(Attribute *const *) b;
	int order = JsonbKeyCompare(left->name, right->name);

	CHECK_FOR_INTERRUPTS();
	/* Of equal names the one that came first stays first. */
	return order != 0 ? order : (left > right) - (left < right);
}

static void
SortManyAttributes(Attribute *attributes, int count)
{
	Attribute *unsorted = palloc(count * sizeof(Attribute));
	Attribute **order = palloc(count * sizeof(Attribute *));

	memcpy(unsorted, attributes, count * sizeof(Attribute));
	for (int i = 0; i < count; i++)
		order[i] = &unsorted[i];
	qsort(order, count, sizeof(Attribute *), CompareAttributePointers);
	for (int i = 0; i < count; i++)
		attributes[i] = *order[i];
	pfree(order);
	pfree(unsorted);
}

static void
SortFewAttributes(Attribute *attributes, int count)
{
	for (int i = 1; i < count; i++)
	{
		Attribute moving = attributes[i];
		int j = i;

		for (; j > 0 && JsonbKeyCompare(attributes[j - 1].name, moving.name) > 0; j--)
			attributes[j] = attributes[j - 1];
		attributes[j] = moving;
	}
}

void
MapNormalise(AttributeValue *map)
{
	Attribute *attributes = map->attributes;
	int kept = 0;

	if (map->count <= INSERTION_SORT_LIMIT)
		SortFewAttributes(attributes, map->count);
	else
		SortManyAttributes(attributes, map->count);

	for (int i = 0; i < map->count; i++)
	{
		if (kept > 0 && BytesEqual(attributes[kept - 1].name, attributes[i].name))
			attributes[kept - 1] = attributes[i];
		else
			attributes[kept++] = attributes[i];
	}
	map->count = kept;
}
