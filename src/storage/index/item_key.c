/*
 * An item's key against a leaf's key index.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "utils/fmgrprotos.h"

#include "item/compare.h"
#include "item/encoding.h"
#include "item/key.h"
#include "storage/index/column_key.h"
#include "storage/index/item_key.h"

static AttributeValue
KeyAttributeOfMap(const AttributeValue *map, const KeyAttribute *attribute)
{
	const AttributeValue *value = MapGet(map, attribute->name);

	if (value == NULL)
		elog(ERROR, "key attribute \"%.*s\" is missing", BYTES_ARGS(attribute->name));
	return *value;
}

ItemKey
TableKeyOf(const Table *table, const AttributeValue *map)
{
	const KeySchema *schema = &table->definition.key;
	ItemKey key;

	key.partition = KeyAttributeOfMap(map, &schema->partition[0]);
	if (schema->sort_count > 0)
		key.sort = KeyAttributeOfMap(map, &schema->sort[0]);
	else
		key.sort = (AttributeValue){ .type = ATTRIBUTE_NULL };
	return key;
}

static AttributeValue
KeyAttributeOfItem(const Jsonb *item, const KeyAttribute *attribute)
{
	AttributeValue value;

	if (!ItemGetKeyAttribute(item, attribute->name, attribute->type, &value))
		ereport(ERROR,
		        (errcode(ERRCODE_DATA_CORRUPTED),
		         errmsg("stored item has no key attribute \"%.*s\"", BYTES_ARGS(attribute->name))));
	return value;
}

ItemKey
StoredItemKey(const Table *table, const Jsonb *item)
{
	const KeySchema *schema = &table->definition.key;
	ItemKey key;

	key.partition = KeyAttributeOfItem(item, &schema->partition[0]);
	if (schema->sort_count > 0)
		key.sort = KeyAttributeOfItem(item, &schema->sort[0]);
	else
		key.sort = (AttributeValue){ .type = ATTRIBUTE_NULL };
	return key;
}

static bool
ItemHasAttribute(const Jsonb *item, const KeyAttribute *attribute, const AttributeValue *value)
{
	AttributeValue stored;

	return ItemGetKeyAttribute(item, attribute->name, attribute->type, &stored) &&
	       AttributeValueEqual(&stored, value);
}

bool
ItemHasKey(const Table *table, const Jsonb *item, const ItemKey *key)
{
	const KeySchema *schema = &table->definition.key;

	return ItemHasAttribute(item, &schema->partition[0], &key->partition) &&
	       (schema->sort_count == 0 || ItemHasAttribute(item, &schema->sort[0], &key->sort));
}

/* Numbers that are equal hash alike, at any scale. */
static uint64
HashValue(const AttributeValue *value, uint64 seed)
{
	if (value->type == ATTRIBUTE_N)
		return DatumGetUInt64(DirectFunctionCall2(
		    hash_numeric_extended, NumericGetDatum(value->number), UInt64GetDatum(seed)));
	return hash_bytes_extended((const unsigned char *) value->bytes, value->count, seed);
}

uint64
ItemKeyHash(const ItemKey *key, uint64 seed)
{
	uint64 hash = HashValue(&key->partition, seed);

	return key->sort.type == ATTRIBUTE_NULL ? hash : HashValue(&key->sort, hash);
}

static AttributeValue
KeyAttributeCopy(const AttributeValue *value)
{
	AttributeValue copy = *value;

	if (value->type == ATTRIBUTE_N)
		copy.number = DatumGetNumericCopy(NumericGetDatum(value->number));
	else if (value->type != ATTRIBUTE_NULL)
		copy.bytes = memcpy(palloc(Max(value->count, 1)), value->bytes, value->count);
	return copy;
}

ItemKey
ItemKeyCopy(const ItemKey *key)
{
	return (ItemKey){ KeyAttributeCopy(&key->partition), KeyAttributeCopy(&key->sort) };
}

int
ItemKeyColumns(const ItemKey *key, ScanKeyData columns[MAX_ITEM_KEY_COLUMNS])
{
	ColumnKeyInit(&columns[0], 1, key->partition.type, BTEqualStrategyNumber,
	              KeyColumn(&key->partition, KEY_COLUMN_LIMIT));
	if (key->sort.type == ATTRIBUTE_NULL)
		return 1;
	ColumnKeyInit(&columns[1], 2, key->sort.type, BTEqualStrategyNumber,
	              KeyColumn(&key->sort, KEY_COLUMN_LIMIT));
	return 2;
}
