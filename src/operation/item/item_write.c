/*
 * The course of a single item's write: condition, decision under the lock,
 * response.
 */
#include "operation/item/item_write.h"

#include "error/error.h"
#include "item/encoding.h"
#include "operation/item/collection_metrics.h"
#include "operation/item/item_read.h"
#include "operation/throughput/throttle.h"

static const Bytes return_values[] = {
	[RETURN_NONE] = BYTES_LITERAL("NONE"),
	[RETURN_ALL_OLD] = BYTES_LITERAL("ALL_OLD"),
	[RETURN_UPDATED_OLD] = BYTES_LITERAL("UPDATED_OLD"),
	[RETURN_ALL_NEW] = BYTES_LITERAL("ALL_NEW"),
	[RETURN_UPDATED_NEW] = BYTES_LITERAL("UPDATED_NEW"),
};

static ReturnValues
ReturnValuesOf(const Structure *request)
{
	Bytes name = StructureString(request, member_ReturnValues);

	if (name.data == NULL)
		return RETURN_NONE;
	for (int i = 0; i < lengthof(return_values); i++)
	{
		if (BytesEqual(return_values[i], name))
			return i;
	}
	elog(ERROR, "unexpected ReturnValues \"%.*s\"", BYTES_ARGS(name));
}

bool
ReturnsOnFailure(const Structure *request)
{
	Bytes value = StructureString(request, member_ReturnValuesOnConditionCheckFailure);

	return value.data != NULL && BytesEqual(value, BYTES_LITERAL("ALL_OLD"));
}

void
ReturnValuesCheckOldOnly(const Structure *request)
{
	ReturnValues value = ReturnValuesOf(request);

	if (value != RETURN_NONE && value != RETURN_ALL_OLD)
		RequestError(TEXT_RETURN_VALUES);
}

void
ItemWriteStart(ItemWriteState *state, const OperationContext *context, const Structure *request,
               JsonWriter *response)
{
	*state = (ItemWriteState){ .context = context, .request = request, .response = response };
	state->return_values = ReturnValuesOf(request);
	state->return_on_failure = ReturnsOnFailure(request);
	state->detail = CapacityDetailOf(request);
}

BoundExpression *
ItemWriteCondition(const Structure *request, ExpressionBindings *bindings)
{
	const JsonNode *expected = StructureMap(request, member_Expected);

	if (StructureHas(request, MEMBER_ConditionExpression))
		return ParameterExpression(request, member_ConditionExpression, EXPRESSION_CONDITION,
		                           bindings);
	ConditionalOperatorCheck(request, expected);
	if (expected == NULL)
		return NULL;
	return ExpectedToCondition(expected, StructureString(request, member_ConditionalOperator));
}

/* The widest that the request may return, by its answer or by a condition that fails. */
static ReturnValues
WidestReturned(const ItemWriteState *state)
{
	bool all = state->return_values == RETURN_ALL_OLD || state->return_values == RETURN_ALL_NEW;

	return !all && state->return_on_failure && state->condition != NULL ? RETURN_ALL_OLD
	                                                                    : state->return_values;
}

void
ItemWriteOpen(ItemWriteState *state, AclMode required, BoundExpression *update)
{
	Bytes name = StructureString(state->request, member_TableName);
	ReturnValues widest = WidestReturned(state);
	AccessRequest wanted = { .required = required,
		                     .shows = widest == RETURN_ALL_OLD || widest == RETURN_ALL_NEW
		                                  ? SHOWS_WHOLE_ITEMS
		                                  : SHOWS_NAMED,
		                     .return_values = return_values[widest],
		                     .capacity = state->detail,
		                     .expressions = { state->condition, update } };

	if (state->condition != NULL || state->return_values != RETURN_NONE)
		wanted.required |= ACL_SELECT;
	state->access = AccessOpen(state->context, name, &wanted);
	state->capacity =
	    ConsumedCapacityStart(state->detail, name, state->access.table, CONSUMPTION_WRITE);
}

void
ItemWriteRun(ItemWriteState *state, const ItemKey *key, WriteDecision decide, void *decision_state)
{
	JsonWriter *response = state->response;

	state->capacity.key = key;
	ThrottleCheck(&state->capacity, NULL);
	JsonBeginObject(response);
	state->mark_length = response->out->len;
	state->mark_comma = response->need_comma;
	ItemWrite(state->access.table, key, decide, decision_state);
	ThrottleSettle(&state->capacity, 1);
	ConsumedCapacityMember(response, &state->capacity);
	CollectionMetricsMember(response, state->request, state->access.table, key);
	JsonEndObject(response);
}

static void
RewindResponse(ItemWriteState *state)
{
	StringInfo out = state->response->out;

	out->len = state->mark_length;
	out->data[out->len] = '\0';
	state->response->need_comma = state->mark_comma;
	ConsumedCapacityRestart(&state->capacity);
}

void
ItemWriteConditionFailed(const OperationContext *context, const TableAccess *access,
                         const Jsonb *item)
{
	StringInfoData members;
	JsonWriter writer;

	if (item == NULL)
		DynamoError(EXCEPTION_CONDITIONAL_CHECK_FAILED, TEXT_CONDITION_FAILED);
	initStringInfo(&members);
	AnswerWriterInit(context, &writer, &members);
	JsonBeginObject(&writer);
	FailedItemMember(&writer, access, item);
	JsonEndObject(&writer);
	DynamoErrorWithMembers(EXCEPTION_CONDITIONAL_CHECK_FAILED, members.data, TEXT_CONDITION_FAILED);
}

void
ItemWriteBegin(ItemWriteState *state, const Jsonb *current)
{
	ItemView view = { .stored = current };

	RewindResponse(state);
	if (ConditionEvaluate(state->condition, &view))
		return;
	ConsumedCapacityAddFailedWrite(&state->capacity, current, state->put);
	ThrottleSettle(&state->capacity, 1);
	ItemWriteConditionFailed(state->context, &state->access,
	                         state->return_on_failure ? current : NULL);
}

void
ItemWriteConsume(ItemWriteState *state, const Jsonb *before, const Jsonb *after)
{
	ConsumedCapacityAddWrite(&state->capacity, before, after);
	ThrottleCheckIndexes(&state->capacity);
}

void
ItemWriteReturnStored(ItemWriteState *state, const Jsonb *item)
{
	if (item == NULL)
		return;
	JsonName(state->response, "Attributes");
	StoredItemWrite(state->response, item);
}
