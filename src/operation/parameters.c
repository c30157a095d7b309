/*
 * Expression and legacy parameters, and the order in which they are checked.
 */
#include "operation/parameters.h"

#include "error/error.h"
#include "operation/request.h"

bool
ParameterGiven(const JsonNode *request, const char *parameter)
{
	return JsonGet(request, parameter) != NULL;
}

static bool
AnyGiven(const JsonNode *request, const char *const *names)
{
	for (; *names != NULL; names++)
	{
		if (ParameterGiven(request, *names))
			return true;
	}
	return false;
}

/*
 * Whether a legacy parameter meets an expression that it cannot stand beside.
 * KeyConditions may be combined with every expression but its own counterpart.
 */
static bool
LegacyConflicts(const JsonNode *request, const char *legacy)
{
	if (!ParameterGiven(request, legacy))
		return false;
	return strcmp(legacy, "KeyConditions") != 0 ||
	       ParameterGiven(request, "KeyConditionExpression");
}

static void
AppendListed(StringInfo list, const char *name)
{
	appendStringInfo(list, "%s%s", list->len > 0 ? ", " : "", name);
}

void
ParametersCheckMixed(const JsonNode *request, const ParameterRules *rules)
{
	StringInfoData legacy;
	StringInfoData expressions;

	if (!AnyGiven(request, rules->legacy) || !AnyGiven(request, rules->expressions))
		return;
	initStringInfo(&legacy);
	initStringInfo(&expressions);
	for (const char *const *name = rules->legacy; *name != NULL; name++)
	{
		if (LegacyConflicts(request, *name))
			AppendListed(&legacy, *name);
	}
	for (const char *const *name = rules->expressions; *name != NULL; name++)
	{
		if (ParameterGiven(request, *name))
			AppendListed(&expressions, *name);
	}
	if (legacy.len > 0)
		ValidationError("Can not use both expression and non-expression parameters in the same "
		                "request: Non-expression parameters: {%s} Expression parameters: {%s}",
		                legacy.data, expressions.data);
}

ExpressionBindings *
ParametersBindings(const JsonNode *request, const ParameterRules *rules)
{
	const char *missing = rules->values_missing;

	if (AnyGiven(request, rules->with_values))
		missing = NULL;
	return ExpressionBindingsCreate(JsonGet(request, "ExpressionAttributeNames"),
	                                JsonGet(request, "ExpressionAttributeValues"),
	                                AnyGiven(request, rules->expressions), missing);
}

BoundExpression *
ParameterExpression(const JsonNode *request, const char *parameter, ExpressionKind kind,
                    ExpressionBindings *bindings)
{
	if (!ParameterGiven(request, parameter))
		return NULL;
	return ExpressionBind(kind, JsonGetString(request, parameter), bindings);
}

void
ConditionalOperatorCheck(const JsonNode *request, const JsonNode *conditions)
{
	if (!ParameterGiven(request, "ConditionalOperator"))
		return;
	if (conditions == NULL)
		ValidationError("ConditionalOperator cannot be used without Filter or Expected");
	if (conditions->count < 2)
		ValidationError("ConditionalOperator can only be used when Filter or Expected has two or "
		                "more elements");
}

BoundExpression *
ParameterFilter(const JsonNode *request, const char *legacy, ExpressionBindings *bindings)
{
	const JsonNode *filter = JsonGet(request, legacy);

	ConditionalOperatorCheck(request, filter);
	if (filter != NULL)
		return LegacyFilterToCondition(filter, JsonGetString(request, "ConditionalOperator"));
	return ParameterExpression(request, "FilterExpression", EXPRESSION_FILTER, bindings);
}

BoundExpression *
ParameterProjection(const JsonNode *request, ExpressionBindings *bindings)
{
	const JsonNode *attributes = JsonGet(request, "AttributesToGet");

	if (attributes != NULL)
		return AttributesToGetToProjection(attributes);
	return ParameterExpression(request, "ProjectionExpression", EXPRESSION_PROJECTION, bindings);
}

Table *
ParameterTable(Bytes name_or_arn, AclMode required)
{
	Table *table = TableOpen(TableNameOf(name_or_arn), required);

	if (table == NULL)
		DynamoError(EXCEPTION_RESOURCE_NOT_FOUND, "Requested resource not found");
	return table;
}
