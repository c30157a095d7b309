/*
 * UpdateItem: changes attributes of an item, or creates it.
 */
#include "operation/item_operations.h"

#include "error/error.h"
#include "item/encoding.h"
#include "item/size.h"
#include "operation/index_entry.h"
#include "operation/item_write.h"

static const ParameterRules update_rules = {
	.legacy = { "AttributeUpdates", "Expected", "ConditionalOperator" },
	.expressions = { "UpdateExpression", "ConditionExpression" },
	.with_values = { "UpdateExpression", "ConditionExpression" },
	.values_missing = "UpdateExpression and ConditionExpression are null",
};

typedef struct UpdateState
{
	ItemWriteState write;
	AttributeValue key_map;
	BoundExpression *update; /* NULL: the item is only created where it is not */
} UpdateState;

static BoundExpression *
UpdateOf(const JsonNode *request, ExpressionBindings *bindings)
{
	const JsonNode *updates = JsonGet(request, "AttributeUpdates");

	if (updates != NULL && updates->count > 0)
		return AttributeUpdatesToUpdate(updates);
	return ParameterExpression(request, "UpdateExpression", EXPRESSION_UPDATE, bindings);
}

static void
CheckLeavesKey(const Table *table, const BoundExpression *update)
{
	KeyAttributeList keys = KeyAttributesOf(&table->definition.key);

	if (update == NULL)
		return;
	for (int i = 0; i < keys.count; i++)
	{
		Bytes name = keys.attributes[i]->name;

		if (UpdateChanges(update, name))
			ValidationError("One or more parameter values were invalid: Cannot update attribute "
			                "%.*s. This attribute is part of the key",
			                BYTES_ARGS(name));
	}
}

/* An update expression has its own texts for what cannot be an index's key. */
static void
CheckIndexKey(const TableIndex *index, const KeyAttribute *attribute, const AttributeValue *value)
{
	if (value->type != attribute->type)
		ValidationError("The update expression attempted to update the secondary index key to "
		                "unsupported type");
	if (value->type != ATTRIBUTE_N && value->count == 0)
		ValidationError("One or more parameter values are not valid. The update expression "
		                "attempted to update a secondary index key to a value that is not "
		                "supported. The AttributeValue for a key attribute cannot contain an "
		                "empty %s value. IndexName: %.*s, IndexKey: %.*s",
		                value->type == ATTRIBUTE_S ? "string" : "binary", BYTES_ARGS(index->name),
		                BYTES_ARGS(attribute->name));
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

static void
CheckUpdated(const UpdateState *state, const AttributeValue *item)
{
	if (ItemSize(item) > MAX_ITEM_SIZE)
		ValidationError("Item size to update has exceeded the maximum allowed size");
	if (ParameterGiven(state->write.request, "UpdateExpression"))
		CheckIndexKeys(&state->write.table->definition, item);
	TableCheckItem(state->write.table, item);
}

static void
ReturnMap(JsonWriter *response, const AttributeValue *map)
{
	if (map->count == 0)
		return;
	JsonName(response, "Attributes");
	AttributeMapWrite(response, map);
}

static void
ReturnUpdated(UpdateState *state, const AttributeValue *item)
{
	AttributeValue updated;

	if (state->update == NULL)
		return;
	updated = UpdateProject(state->update, item);
	ReturnMap(state->write.response, &updated);
}

/* `before` is NULL where there was no item. */
static void
ReturnFromUpdate(UpdateState *state, const Jsonb *current, const AttributeValue *before,
                 const AttributeValue *after)
{
	switch (state->write.return_values)
	{
		case RETURN_NONE:
			break;
		case RETURN_ALL_OLD:
			ItemWriteReturnStored(&state->write, current);
			break;
		case RETURN_UPDATED_OLD:
			if (before != NULL)
				ReturnUpdated(state, before);
			break;
		case RETURN_ALL_NEW:
			ReturnMap(state->write.response, after);
			break;
		case RETURN_UPDATED_NEW:
			ReturnUpdated(state, after);
			break;
	}
}

/*
 * Whether the update only removes attributes of an item that is not there: such
 * an update does not create it. Whatever SET or ADD names exists afterwards.
 */
static bool
RemovesFromNothing(const UpdateState *state, const Jsonb *current, const AttributeValue *after)
{
	return current == NULL && state->update != NULL && after->count == state->key_map.count;
}

static WriteAction
UpdateDecide(void *arg, const Jsonb *current, Jsonb **replacement)
{
	UpdateState *state = arg;
	AttributeValue before = state->key_map;
	AttributeValue after;

	ItemWriteBegin(&state->write, current);
	if (current != NULL)
		ItemDecode(current, &before);
	after = state->update != NULL ? UpdateApply(state->update, &before) : before;
	if (RemovesFromNothing(state, current, &after))
	{
		ConsumedCapacityAddWrite(&state->write.capacity, NULL, NULL);
		return WRITE_NOTHING;
	}
	CheckUpdated(state, &after);
	*replacement = ItemEncode(&after);
	ConsumedCapacityAddWrite(&state->write.capacity, current, *replacement);
	ReturnFromUpdate(state, current, current != NULL ? &before : NULL, &after);
	return WRITE_PUT;
}

void
RunUpdateItem(const JsonNode *request, JsonWriter *response)
{
	UpdateState state;
	ExpressionBindings *bindings;
	ItemKey key;

	ParametersCheckMixed(request, &update_rules);
	bindings = ParametersBindings(request, &update_rules);
	AttributeMapParse(JsonGet(request, "Key"), &state.key_map);
	ItemWriteStart(&state.write, request, response);
	state.update = UpdateOf(request, bindings);
	state.write.condition = ItemWriteCondition(request, bindings);
	ExpressionBindingsCheckUsed(bindings);

	/* An update reads what it changes, as SQL's UPDATE ... SET a = a + 1 does. */
	ItemWriteOpen(&state.write, ACL_SELECT | ACL_INSERT | ACL_UPDATE);
	TableCheckKey(state.write.table, &state.key_map);
	CheckLeavesKey(state.write.table, state.update);
	key = TableKeyOf(state.write.table, &state.key_map);
	ItemWriteRun(&state.write, &key, UpdateDecide, &state);
}
