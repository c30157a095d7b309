/*
 * See leaf_key.h.
 */
#include "storage/index/leaf_key.h"

#include "item/encoding.h"
#include "item/value.h"
#include "storage/index/index_watch.h"
#include "text/escape.h"

static bool
ReadKeyAttribute(const Jsonb *item, const WatchedPart *part, AttributeValue *value)
{
	Bytes name;

	return UnescapeName(part->stored_name, &name) &&
	       ItemGetKeyAttribute(item, name, part->type, value);
}

AttrNumber
LeafKeyColumn(Relation leaf)
{
	const IndexWatch *watch = IndexWatchGet(leaf);

	return watch->key_count > 0 ? watch->key_column : InvalidAttrNumber;
}

/* Nothing may be opened here, for the watch's sake. */
bool
LeafKeyOfItem(Relation leaf, const Jsonb *item, ItemKey *key)
{
	const IndexWatch *watch = IndexWatchGet(leaf);

	key->sort = (AttributeValue){ .type = ATTRIBUTE_NULL };
	return watch->key_count > 0 &&
	       ReadKeyAttribute(item, &watch->parts[watch->key[0]], &key->partition) &&
	       (watch->key_count == 1 ||
	        ReadKeyAttribute(item, &watch->parts[watch->key[1]], &key->sort));
}

Jsonb *
LeafKeyItem(Relation leaf, const ItemKey *key)
{
	const IndexWatch *watch = IndexWatchGet(leaf);
	const AttributeValue *values[] = { &key->partition, &key->sort };
	Attribute attributes[MAX_ITEM_KEY_COLUMNS];
	AttributeValue map = { .type = ATTRIBUTE_M, .attributes = attributes };

	for (int i = 0; i < watch->key_count; i++)
	{
		Bytes name;

		if (!UnescapeName(watch->parts[watch->key[i]].stored_name, &name))
			elog(ERROR, "unexpected name of a key attribute");
		attributes[map.count].name = (Bytes){ pnstrdup(name.data, name.length), name.length };
		attributes[map.count++].value = *values[i];
	}
	MapNormalise(&map);
	return ItemEncode(&map);
}
