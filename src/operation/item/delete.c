/*
 * DeleteItem.
 */
#include "operation/item_operations.h"

#include "item/encoding.h"
#include "operation/item/item_write.h"

static const ParameterRules delete_rules = {
	.legacy = { MEMBER_Expected, MEMBER_ConditionalOperator },
	.expressions = { MEMBER_ConditionExpression },
	.with_values = { MEMBER_ConditionExpression },
	.values_missing = "",
};

static WriteAction
DeleteDecide(void *arg, const Jsonb *current, Jsonb **replacement)
{
	ItemWriteState *state = arg;

	ItemWriteBegin(state, current);
	ItemWriteConsume(state, current, NULL);
	if (state->return_values == RETURN_ALL_OLD)
		ItemWriteReturnStored(state, current);
	return current != NULL ? WRITE_DELETE : WRITE_KEEP;
}

void
RunDeleteItem(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	ItemWriteState state;
	AttributeValue key_map;
	ExpressionBindings *bindings;
	ItemKey key;

	ParametersCheckMixed(request, &delete_rules);
	bindings = ParametersBindings(request, &delete_rules);
	AttributeMapParse(StructureMap(request, member_Key), &key_map);
	ReturnValuesCheckOldOnly(request);
	ItemWriteStart(&state, context, request, response);
	state.condition = ItemWriteCondition(request, bindings);
	ExpressionBindingsCheckUsed(bindings);

	ItemWriteOpen(&state, ACL_DELETE, NULL);
	TableCheckKey(state.access.table, &key_map);
	key = AccessKey(&state.access, &key_map);
	ItemWriteRun(&state, &key, DeleteDecide, &state);
}
