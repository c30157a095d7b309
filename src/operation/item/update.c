/*
 * UpdateItem: changes attributes of an item, or creates it.
 */
#include "operation/item_operations.h"

#include "item/encoding.h"
#include "operation/item/item_update.h"
#include "operation/item/item_write.h"

static const ParameterRules update_rules = {
	.legacy = { MEMBER_AttributeUpdates, MEMBER_Expected, MEMBER_ConditionalOperator },
	.expressions = { MEMBER_UpdateExpression, MEMBER_ConditionExpression },
	.with_values = { MEMBER_UpdateExpression, MEMBER_ConditionExpression },
	.values_missing = "",
};

typedef struct UpdateState
{
	ItemWriteState write;
	ItemUpdate item;
} UpdateState;

static BoundExpression *
UpdateOf(const Structure *request, ExpressionBindings *bindings)
{
	const JsonNode *updates = StructureMap(request, member_AttributeUpdates);

	if (updates != NULL && updates->count > 0)
		return AttributeUpdatesToUpdate(updates);
	return ParameterExpression(request, member_UpdateExpression, EXPRESSION_UPDATE, bindings);
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

	if (state->item.update == NULL)
		return;
	updated = UpdateProject(state->item.update, item);
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

static WriteAction
UpdateDecide(void *arg, const Jsonb *current, Jsonb **replacement)
{
	UpdateState *state = arg;
	UpdatedItem updated;

	ItemWriteBegin(&state->write, current);
	ItemUpdateApply(&state->item, current, &updated);
	ItemWriteConsume(&state->write, current, updated.stored);
	if (updated.stored == NULL)
		return WRITE_KEEP;
	ReturnFromUpdate(state, current, current != NULL ? &updated.before : NULL, &updated.after);
	*replacement = updated.stored;
	return WRITE_PUT;
}

void
RunUpdateItem(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	UpdateState state;
	ExpressionBindings *bindings;
	ItemKey key;

	ParametersCheckMixed(request, &update_rules);
	bindings = ParametersBindings(request, &update_rules);
	AttributeMapParse(StructureMap(request, member_Key), &state.item.key_map);
	ItemWriteStart(&state.write, context, request, response);
	state.item.update = UpdateOf(request, bindings);
	state.item.legacy = !StructureHas(request, MEMBER_UpdateExpression);
	state.write.condition = ItemWriteCondition(request, bindings);
	ExpressionBindingsCheckUsed(bindings);

	/* An update reads what it changes, as SQL's UPDATE ... SET a = a + 1 does. */
	ItemWriteOpen(&state.write, ACL_SELECT | ACL_INSERT | ACL_UPDATE, state.item.update);
	state.item.table = state.write.access.table;
	TableCheckKey(state.item.table, &state.item.key_map);
	ItemUpdateCheckKey(&state.item);
	key = AccessKey(&state.write.access, &state.item.key_map);
	ItemWriteRun(&state.write, &key, UpdateDecide, &state);
}
