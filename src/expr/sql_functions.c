/*
 * Expressions as SQL functions on stored items: dynamo.matches, dynamo.project
 * and dynamo.apply_update.
 */
#include "error/error.h"
#include "expr/expression.h"
#include "item/encoding.h"
#include "item/item_rules.h"

#include "fmgr.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(dynamo_matches);
PG_FUNCTION_INFO_V1(dynamo_project);
PG_FUNCTION_INFO_V1(dynamo_apply_update);

/* An argument that is an object or null. */
static JsonNode *
GetObject(FunctionCallInfo fcinfo, int number, const char *parameter)
{
	JsonNode *node;

	if (number >= PG_NARGS() || PG_ARGISNULL(number))
		return NULL;
	node = JsonFromJsonb(PG_GETARG_JSONB_P(number));
	if (node->type == JSON_NODE_NULL)
		return NULL;
	if (node->type != JSON_NODE_OBJECT)
		DynamoError(EXCEPTION_SERIALIZATION, TEXT_NO_OBJECT, parameter);
	return node;
}

/*
 * ExpressionAttributeNames maps to strings only. One with U+0000 arrives as {"$s": escaped}, which
 * the reader takes for an attribute value.
 */
static const JsonNode *
GetNames(FunctionCallInfo fcinfo, int number)
{
	JsonNode *names = GetObject(fcinfo, number, "ExpressionAttributeNames");

	for (int i = 0; names != NULL && i < names->count; i++)
	{
		JsonNode *name = &names->members[i].value;
		const JsonNode *escaped = name->type == JSON_NODE_OBJECT ? JsonGet(name, "S") : NULL;

		if (escaped != NULL && name->count == 1)
			*name = *escaped;
		if (name->type != JSON_NODE_STRING)
			DynamoError(EXCEPTION_SERIALIZATION, TEXT_NAMES_NO_STRINGS);
	}
	return names;
}

/* Binds the expression that the second argument holds to the names and values after it. */
static BoundExpression *
BindArguments(FunctionCallInfo fcinfo, ExpressionKind kind)
{
	text *expression = PG_GETARG_TEXT_PP(1);
	ExpressionBindings *bindings = ExpressionBindingsCreate(
	    GetNames(fcinfo, 2), GetObject(fcinfo, 3, "ExpressionAttributeValues"), true, NULL);
	BoundExpression *bound = ExpressionBind(
	    kind, (Bytes){ VARDATA_ANY(expression), VARSIZE_ANY_EXHDR(expression) }, bindings);

	ExpressionBindingsCheckUsed(bindings);
	ExpressionAdmit(bound); /* the item is the caller's own argument */
	return bound;
}

static void
CheckItem(const Jsonb *item)
{
	if (!JB_ROOT_IS_OBJECT(item))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("an item must be a JSON object")));
}

static bool
AnyArgumentNull(FunctionCallInfo fcinfo)
{
	return PG_ARGISNULL(0) || PG_ARGISNULL(1);
}

Datum
dynamo_matches(PG_FUNCTION_ARGS)
{
	ItemView view = { 0 };

	if (AnyArgumentNull(fcinfo))
		PG_RETURN_NULL();
	view.stored = PG_GETARG_JSONB_P(0);
	CheckItem(view.stored);
	PG_RETURN_BOOL(ConditionEvaluate(BindArguments(fcinfo, EXPRESSION_CONDITION), &view));
}

Datum
dynamo_project(PG_FUNCTION_ARGS)
{
	ItemView view = { 0 };
	AttributeValue projected;

	if (AnyArgumentNull(fcinfo))
		PG_RETURN_NULL();
	view.stored = PG_GETARG_JSONB_P(0);
	CheckItem(view.stored);
	projected = ProjectionApply(BindArguments(fcinfo, EXPRESSION_PROJECTION), &view);
	PG_RETURN_JSONB_P(ItemEncode(&projected));
}

Datum
dynamo_apply_update(PG_FUNCTION_ARGS)
{
	Jsonb *stored;
	AttributeValue item;
	AttributeValue updated;

	if (AnyArgumentNull(fcinfo))
		PG_RETURN_NULL();
	stored = PG_GETARG_JSONB_P(0);
	CheckItem(stored);
	ItemDecode(stored, &item);
	updated = UpdateApply(BindArguments(fcinfo, EXPRESSION_UPDATE), &item, true);
	if (ItemRulesCheck(&updated) > MAX_ITEM_SIZE)
		ValidationError(TEXT_ITEM_SIZE_UPDATE);
	PG_RETURN_JSONB_P(ItemEncode(&updated));
}
