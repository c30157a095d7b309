/*
 * Applying an update to an item, and the rules for what comes of it.
 */
#include "operation/item/item_update.h"

#include "error/error.h"
#include "item/encoding.h"
#include "item/item_rules.h"
#include "storage/index/index_entry.h"

/* Nothing can be within what must be a scalar. */
static void
CheckWithinIndexKeys(const ItemUpdate *update)
{
	const TableDefinition *definition = &update->table->definition;

	for (int i = 0; i < definition->index_count; i++)
	{
		KeyAttributeList keys = KeyAttributesOf(&definition->indexes[i].key);

		for (int j = 0; j < keys.count; j++)
		{
			Bytes name = keys.attributes[j]->name;

			if (UpdateChangesWithin(update->update, name))
				ValidationError(TEXT_INDEX_KEY_PATH, BYTES_ARGS(name));
		}
	}
}

void
ItemUpdateCheckKey(const ItemUpdate *update)
{
	KeyAttributeList keys = KeyAttributesOf(&update->table->definition.key);

	if (update->update == NULL)
		return;
	for (int i = 0; i < keys.count; i++)
	{
		Bytes name = keys.attributes[i]->name;

		if (UpdateChanges(update->update, name))
			ValidationError(TEXT_KEY_UPDATED, BYTES_ARGS(name));
	}
	CheckWithinIndexKeys(update);
}

/* An update expression has its own texts for what cannot be an index's key. */
static void
CheckIndexKey(const TableIndex *index, const KeyAttribute *attribute, const AttributeValue *value)
{
	if (value->type != attribute->type)
		ValidationError(TEXT_INDEX_KEY_UPDATED);
	if (value->type != ATTRIBUTE_N && value->count == 0)
		ValidationError(TEXT_INDEX_KEY_EMPTIED, value->type == ATTRIBUTE_S ? "string" : "binary",
		                BYTES_ARGS(index->name), BYTES_ARGS(attribute->name));
}

static void
CheckIndexKeys(const TableDefinition *definition, const AttributeValue *item)
{
	for (int i = 0; i < definition->index_count; i++)
	{
		const TableIndex *index = &definition->indexes[i];
		KeyAttributeList keys = KeyAttributesOf(&index->key);

		for (int j = 0; j < keys.count; j++)
		{
			const AttributeValue *value = MapGet(item, keys.attributes[j]->name);

			if (value != NULL)
				CheckIndexKey(index, keys.attributes[j], value);
		}
	}
}

/* `before` is NULL where there was no item. */
static void
CheckUpdated(const ItemUpdate *update, const AttributeValue *before, const AttributeValue *item)
{
	int size = ItemRulesCheck(item);

	if (size > MAX_ITEM_SIZE || ItemSizeWithLocalEntries(update->table, item, size) > MAX_ITEM_SIZE)
		ValidationError(TEXT_ITEM_SIZE_UPDATE);
	if (!update->legacy)
		CheckIndexKeys(&update->table->definition, item);
	(void) TableCheckUpdatedItem(update->table, item, before);
}

/*
 * Whether the update only removes attributes of an item that is not there: such
 * an update does not create it. What SET or ADD names exists afterwards.
 */
static bool
RemovesFromNothing(const ItemUpdate *update, const Jsonb *current, const AttributeValue *after)
{
	return current == NULL && update->update != NULL && after->count == update->key_map.count;
}

void
ItemUpdateApply(const ItemUpdate *update, const Jsonb *current, UpdatedItem *updated)
{
	*updated = (UpdatedItem){ .before = update->key_map };
	if (current != NULL)
		ItemDecode(current, &updated->before);
	updated->after = update->update != NULL
	                     ? UpdateApply(update->update, &updated->before, current != NULL)
	                     : updated->before;
	if (RemovesFromNothing(update, current, &updated->after))
		return;
	CheckUpdated(update, current != NULL ? &updated->before : NULL, &updated->after);
	updated->stored = ItemEncode(&updated->after);
}
