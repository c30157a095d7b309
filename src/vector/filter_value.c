/*
 * Values of filters in the codes of a vector index.
 */
#include "vector/filter_value.h"

#include "item/encoding.h"
#include "item/number/number.h"
#include "json/jsonb_walk.h"
#include "text/escape.h"

Bytes
FilterBytes(const AttributeValue *value)
{
	char *buffer;

	if (value->type != ATTRIBUTE_N)
		return (Bytes){ value->bytes, value->count };
	buffer = palloc(NUMBER_ORDERED_SIZE);
	return (Bytes){ buffer, NumberOrderedBytes(value->number, buffer) };
}

static void
PutValue(FilterValueKind kind, Bytes bytes, char **out)
{
	*(*out)++ = (char) kind;
	*(*out)++ = (char) bytes.length;
	if (bytes.length > 0)
		memcpy(*out, bytes.data, bytes.length);
	*out += bytes.length;
}

static bool
PutFilter(const VectorForm *form, const VectorFilter *filter, const Jsonb *item, char **out)
{
	AttributeValue value;
	JsonbEntry entry;
	Bytes bytes = { NULL, 0 };
	FilterValueKind kind = FILTER_VALUE_NONE;

	if (JsonbFindMember(&item->root, EscapeName(filter->name), &entry))
	{
		if (!ItemGetKeyAttribute(item, filter->name, filter->type, &value))
			return false;
		bytes = FilterBytes(&value);
		kind = bytes.length <= form->filter_bytes ? FILTER_VALUE_WHOLE : FILTER_VALUE_CUT;
		bytes.length = Min(bytes.length, form->filter_bytes);
	}
	if (form->filter_bytes > 0)
		PutValue(kind, bytes, out);
	return true;
}

bool
FilterValuesOfItem(const VectorForm *form, const Jsonb *item, char **out)
{
	for (int i = 0; i < form->filter_count; i++)
	{
		if (!PutFilter(form, &form->filters[i], item, out))
			return false;
	}
	return true;
}
