/*
 * Vectors as they stand in items.
 */
#include "vector/vector_elements.h"

#include "compat.h"
#include "item/number/number.h"
#include "item/stored_value.h"
#include "text/escape.h"
#include "vector/vector_form.h"

bool
VectorOfValue(const AttributeValue *value, int dimensions, float *elements, VectorFault *fault)
{
	*fault = (VectorFault){ VECTOR_NO_LIST, 0, value };
	if (value->type != ATTRIBUTE_L)
		return false;
	fault->kind = VECTOR_WRONG_SIZE;
	if (value->count != dimensions)
		return false;
	for (int i = 0; i < dimensions; i++)
	{
		*fault = (VectorFault){ VECTOR_NO_NUMBER, i, &value->elements[i] };
		if (value->elements[i].type != ATTRIBUTE_N)
			return false;
		fault->kind = VECTOR_OUT_OF_RANGE;
		if (!NumberToFloat(value->elements[i].number, &elements[i]))
			return false;
	}
	return true;
}

/* The list's container, or NULL. */
static const JsonbContainer *
FindList(const Jsonb *item, Bytes attribute)
{
	StoredValue stored;
	JsonbEntry entry;

	if (!JsonContainerIsObject(&item->root) ||
	    !JsonbFindMember(&item->root, EscapeName(attribute), &entry) ||
	    StoredValueRead(&entry, &stored) != NULL || stored.type != ATTRIBUTE_L)
		return NULL;
	return stored.container;
}

static bool
ReadElements(const JsonbContainer *list, float *elements)
{
	JsonbWalk walk = JsonbWalkStart(list);
	JsonbEntry entry;

	while (JsonbWalkNext(&walk, &entry))
	{
		if (entry.type != JENTRY_ISNUMERIC || !NumberToFloat(entry.number, elements++))
			return false;
	}
	return true;
}

bool
VectorOfItem(const Jsonb *item, Bytes attribute, int dimensions, float *elements)
{
	const JsonbContainer *list = FindList(item, attribute);

	return list != NULL && JsonContainerSize(list) == dimensions && ReadElements(list, elements);
}

float *
VectorOfItemAny(const Jsonb *item, Bytes attribute, int *dimensions)
{
	const JsonbContainer *list = FindList(item, attribute);
	float *elements;

	if (list == NULL || JsonContainerSize(list) == 0 ||
	    JsonContainerSize(list) > MAX_VECTOR_DIMENSIONS)
		return NULL;
	*dimensions = JsonContainerSize(list);
	elements = palloc_array(float, *dimensions);
	return ReadElements(list, elements) ? elements : NULL;
}
