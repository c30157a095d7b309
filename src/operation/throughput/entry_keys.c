/*
 * Strings and binaries are kept by their first bytes, strings up to a character's end. A number is
 * kept as its text, which is never cut: where there is no room for it, as where it comes after a
 * long string, nothing of it is kept.
 */
#include "operation/throughput/entry_keys.h"

#include "item/encoding.h"
#include "item/key.h"
#include "item/number/number.h"
#include "storage/index/index_entry.h"

#include "mb/pg_wchar.h"

static void
AddValue(HotKey *key, const AttributeValue *value, int following)
{
	char number[NUMBER_TEXT_SIZE];
	Bytes whole = { value->bytes, value->count };
	Bytes kept;
	int room = HotKeyRoom(key, following);

	if (value->type == ATTRIBUTE_N)
		whole = (Bytes){ number, NumberFormat(value->number, number) };
	kept = whole;
	if (whole.length > room)
		kept.length = value->type == ATTRIBUTE_N ? 0
		              : value->type == ATTRIBUTE_S
		                  ? pg_encoding_mbcliplen(PG_UTF8, whole.data, whole.length, room)
		                  : room;
	HotKeyAdd(key, whole, kept);
}

static void
AddValues(HotKey *key, const AttributeValue *values, int count, int following)
{
	for (int i = 0; i < count; i++)
		AddValue(key, &values[i], count - i - 1 + following);
}

void
EntryKeysOf(const AttributeValue *partition, int partition_count, const AttributeValue *sort,
            int sort_count, EntryKeys *keys)
{
	HotKeyBegin(&keys->partition);
	AddValues(&keys->partition, partition, partition_count, 0);
	HotKeyBegin(&keys->item);
	if (sort_count == 0)
		return;
	AddValues(&keys->item, partition, partition_count, sort_count);
	AddValues(&keys->item, sort, sort_count, 0);
}

static int
ReadValues(const Jsonb *item, const KeyAttribute *attributes, int count, AttributeValue *values)
{
	int known = 0;

	while (known < count &&
	       KeyValueOfItem(item, attributes[known].name, attributes[known].type, &values[known]))
		known++;
	return known;
}

EntryKeys *
EntryKeysOfItem(const TableIndex *index, const Jsonb *item)
{
	EntryKeys *keys = palloc(sizeof(EntryKeys));
	AttributeValue partition[MAX_KEY_ATTRIBUTES];
	AttributeValue sort[MAX_KEY_ATTRIBUTES];
	const KeySchema *schema = &index->key;
	int partition_count = ReadValues(item, schema->partition, schema->partition_count, partition);
	int sort_count = ReadValues(item, schema->sort, schema->sort_count, sort);

	EntryKeysOf(partition, partition_count, sort, sort_count, keys);
	return keys;
}

/* --- reading --- */

static bool
ReadPart(const HotKeyPart *part, const KeyAttribute *attribute, Attribute *result)
{
	AttributeValue *value = &result->value;

	result->name = attribute->name;
	*value = (AttributeValue){ .type = attribute->type, .count = part->value.length };
	if (attribute->type == ATTRIBUTE_N && part->cut)
		*value = (AttributeValue){ .type = ATTRIBUTE_NULL };
	else if (attribute->type == ATTRIBUTE_N)
		return NumberRead(part->value, &value->number) == NULL;
	else
		value->bytes = part->value.data;
	return attribute->type != ATTRIBUTE_S ||
	       pg_encoding_verifymbstr(PG_UTF8, part->value.data, part->value.length) ==
	           part->value.length;
}

Jsonb *
EntryKeyToJsonb(const HotKey *key, const KeySchema *schema, bool *cut)
{
	KeyAttributeList attributes = KeyAttributesOf(schema);
	AttributeValue map = { .type = ATTRIBUTE_M };
	HotKeyPart part;
	int position = 0;

	map.attributes = palloc(sizeof(Attribute) * Max(attributes.count, 1));
	*cut = false;
	while (map.count < attributes.count && HotKeyNext(key, &position, &part))
	{
		if (!ReadPart(&part, attributes.attributes[map.count], &map.attributes[map.count]))
			return NULL;
		*cut |= part.cut;
		map.count++;
	}
	if (map.count < schema->partition_count)
		return NULL;
	MapNormalise(&map);
	return ItemEncode(&map);
}
