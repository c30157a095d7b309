/*
 * What a vector index shows of an item.
 */
#include "operation/vector/vector_entry.h"

#include "common/shortest_dec.h"

#include "item/encoding.h"
#include "item/number/number.h"
#include "item/size.h"
#include "vector/vector_elements.h"

/* A zero below zero is zero. */
static AttributeValue
ElementValue(float element)
{
	AttributeValue value = { .type = ATTRIBUTE_N };
	char text[FLOAT_SHORTEST_DECIMAL_LEN];
	int length = float_to_shortest_decimal_bufn(element, text);

	value.number = NumberParse((Bytes){ text, length });
	return value;
}

static void
AddVector(const TableIndex *index, const Jsonb *item, Attribute *attribute)
{
	const VectorForm *form = &index->vector->form;
	float elements[MAX_VECTOR_DIMENSIONS];
	AttributeValue *values = palloc(sizeof(AttributeValue) * form->dimensions);

	if (!VectorOfItem(item, form->attribute, form->dimensions, elements))
		elog(ERROR, "item has no vector \"%.*s\"", BYTES_ARGS(form->attribute));
	for (int i = 0; i < form->dimensions; i++)
		values[i] = ElementValue(elements[i]);
	attribute->value.type = ATTRIBUTE_L;
	attribute->value.count = form->dimensions;
	attribute->value.elements = values;
}

AttributeValue
VectorEntry(const IndexProjection *projection, const TableIndex *index, const Jsonb *item,
            bool shows_vector)
{
	AttributeValue all;
	int kept = 0;

	ItemDecode(item, &all);
	for (int i = 0; i < all.count; i++)
	{
		Attribute *attribute = &all.attributes[i];
		bool vector = BytesEqual(attribute->name, index->vector->form.attribute);

		if (vector ? !shows_vector : !IndexProjects(projection, attribute->name))
			continue;
		all.attributes[kept] = *attribute;
		if (vector)
			AddVector(index, item, &all.attributes[kept]);
		kept++;
	}
	all.count = kept;
	return all;
}

int
SizeWithoutVector(const AttributeValue *entry, const TableIndex *index)
{
	int size = 0;

	for (int i = 0; i < entry->count; i++)
		if (!BytesEqual(entry->attributes[i].name, index->vector->form.attribute))
			size +=
			    entry->attributes[i].name.length + AttributeValueSize(&entry->attributes[i].value);
	return size;
}
