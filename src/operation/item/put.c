/*
 * PutItem: creates an item or replaces it as a whole.
 */
#include "operation/item_operations.h"

#include "error/error.h"
#include "item/item_rules.h"
#include "item/encoding.h"
#include "item/size.h"
#include "operation/item/item_write.h"
#include "storage/index/index_entry.h"

static const ParameterRules put_rules = {
	.legacy = { MEMBER_Expected, MEMBER_ConditionalOperator },
	.expressions = { MEMBER_ConditionExpression },
	.with_values = { MEMBER_ConditionExpression },
	.values_missing = "",
};

typedef struct PutState
{
	ItemWriteState write;
	Jsonb *item;
} PutState;

static WriteAction
PutDecide(void *arg, const Jsonb *current, Jsonb **replacement)
{
	PutState *state = arg;

	ItemWriteBegin(&state->write, current);
	ItemWriteConsume(&state->write, current, state->item);
	if (state->write.return_values == RETURN_ALL_OLD)
		ItemWriteReturnStored(&state->write, current);
	*replacement = state->item;
	return WRITE_PUT;
}

void
RunPutItem(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	PutState state;
	AttributeValue item;
	ExpressionBindings *bindings;
	ItemKey key;
	int size;

	ParametersCheckMixed(request, &put_rules);
	bindings = ParametersBindings(request, &put_rules);
	AttributeMapParse(StructureMap(request, member_Item), &item);
	ReturnValuesCheckOldOnly(request);
	ItemSizeCheck(&item);
	ItemWriteStart(&state.write, context, request, response);
	state.write.condition = ItemWriteCondition(request, bindings);
	ExpressionBindingsCheckUsed(bindings);

	ItemWriteOpen(&state.write, ACL_INSERT | ACL_UPDATE, NULL);
	size = TableCheckItem(state.write.access.table, &item);
	LocalEntriesCheck(state.write.access.table, &item, size);
	key = AccessKey(&state.write.access, &item);
	state.item = ItemEncode(&item);
	state.write.put = state.item;
	ItemWriteRun(&state.write, &key, PutDecide, &state);
}
