/*
 * The columns of a leaf's index, computed as the index expressions compute them.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "item/key.h"
#include "storage/index/index_layout.h"
#include "storage/relation/key_expression.h"

/* More than a cut text's mark and hash take, and the rest of the character that they may split. */
#define CUT_RESERVE 70

static void
AddColumns(IndexLayout *layout, const KeyAttribute *attributes, int count)
{
	for (int i = 0; i < count; i++)
	{
		layout->names[layout->attribute_count] = attributes[i].name;
		layout->types[layout->attribute_count++] = attributes[i].type;
	}
}

void
IndexLayoutInit(IndexLayout *layout, const Table *table, const TableIndex *index)
{
	const KeySchema *schema = index ? &index->key : &table->definition.key;

	layout->table = table;
	layout->limit = index ? IndexColumnLimit(schema) : KEY_COLUMN_LIMIT;
	layout->attribute_count = 0;
	AddColumns(layout, schema->partition, schema->partition_count);
	AddColumns(layout, schema->sort, schema->sort_count);
	layout->partition_count = schema->partition_count;
	layout->column_count = layout->attribute_count;
	if (index && !index->of_expiry)
		layout->types[layout->column_count++] = ATTRIBUTE_B;
}

static bool
HasSuffix(const IndexLayout *layout)
{
	return layout->column_count > layout->attribute_count;
}

static Datum
SuffixOfKey(const ItemKey *key)
{
	return KeySuffix(&key->partition, key->sort.type == ATTRIBUTE_NULL ? NULL : &key->sort);
}

bool
IndexLayoutOfItem(const IndexLayout *layout, const Jsonb *item, const ItemKey *key, Datum *columns)
{
	for (int i = 0; i < layout->attribute_count; i++)
		if (!KeyColumnOfItem(item, layout->names[i], layout->types[i], layout->limit, &columns[i]))
			return false;
	if (HasSuffix(layout))
		columns[layout->attribute_count] = SuffixOfKey(key);
	return true;
}

bool
IndexLayoutOfMap(const IndexLayout *layout, const AttributeValue *map, Datum *columns)
{
	for (int i = 0; i < layout->attribute_count; i++)
	{
		const AttributeValue *value = MapGet(map, layout->names[i]);

		if (value == NULL || value->type != layout->types[i])
			return false;
		columns[i] = KeyColumn(value, layout->limit);
	}
	if (HasSuffix(layout))
	{
		ItemKey key = TableKeyOf(layout->table, map);

		columns[layout->attribute_count] = SuffixOfKey(&key);
	}
	return true;
}

int
ColumnExactLength(int limit)
{
	return limit - CUT_RESERVE;
}

bool
ColumnIsExact(const AttributeValue *value, int limit)
{
	int longest = ColumnExactLength(limit);

	if (value->type == ATTRIBUTE_N || value->count < longest / 2)
		return true;
	return VARSIZE_ANY_EXHDR(DatumGetPointer(KeyColumn(value, MaxAllocSize))) < longest;
}
