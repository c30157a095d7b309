/*
 * Expression and legacy parameters, and the order in which they are checked.
 */
#include "operation/request/parameters.h"

#include "error/error.h"

static bool
AnyGiven(const Structure *request, const MemberId *members)
{
	for (; *members != MEMBER_NONE; members++)
	{
		if (StructureHas(request, *members))
			return true;
	}
	return false;
}

/*
 * Whether a legacy parameter meets an expression that it cannot stand beside.
 * KeyConditions may be combined with every expression but its own counterpart.
 */
static bool
LegacyConflicts(const Structure *request, MemberId legacy)
{
	if (!StructureHas(request, legacy))
		return false;
	return legacy != MEMBER_KeyConditions || StructureHas(request, MEMBER_KeyConditionExpression);
}

static void
AppendListed(StringInfo list, MemberId member)
{
	appendStringInfo(list, "%s%s", list->len > 0 ? ", " : "", MemberName(member));
}

void
ParametersCheckMixed(const Structure *request, const ParameterRules *rules)
{
	ParametersCheckMixedOf(request, request, rules);
}

void
ParametersCheckMixedOf(const Structure *legacy_request, const Structure *request,
                       const ParameterRules *rules)
{
	StringInfoData legacy;
	StringInfoData expressions;

	if (!AnyGiven(legacy_request, rules->legacy) || !AnyGiven(request, rules->expressions))
		return;
	initStringInfo(&legacy);
	initStringInfo(&expressions);
	for (const MemberId *member = rules->legacy; *member != MEMBER_NONE; member++)
	{
		if (LegacyConflicts(legacy_request, *member))
			AppendListed(&legacy, *member);
	}
	for (const MemberId *member = rules->expressions; *member != MEMBER_NONE; member++)
	{
		if (StructureHas(request, *member))
			AppendListed(&expressions, *member);
	}
	if (legacy.len > 0)
		RequestError(TEXT_EXPRESSION_AND_LEGACY, legacy.data, expressions.data);
}

ExpressionBindings *
ParametersBindings(const Structure *request, const ParameterRules *rules)
{
	ExpressionBindings *bindings = ParametersBindingsBegin(request, rules);

	ExpressionBindingsReadValues(bindings, 0);
	return bindings;
}

ExpressionBindings *
ParametersBindingsBegin(const Structure *request, const ParameterRules *rules)
{
	const char *missing = rules->values_missing;

	if (AnyGiven(request, rules->with_values))
		missing = NULL;
	return ExpressionBindingsBegin(StructureMap(request, member_ExpressionAttributeNames),
	                               StructureMap(request, member_ExpressionAttributeValues),
	                               AnyGiven(request, rules->expressions), missing);
}

void
ParametersCheckUsed(const Structure *request, ExpressionBindings *bindings)
{
	static const struct
	{
		StringMember member;
		ExpressionKind kind;
	} expressions[] = {
		{ { MEMBER_UpdateExpression }, EXPRESSION_UPDATE },
		{ { MEMBER_ConditionExpression }, EXPRESSION_CONDITION },
		{ { MEMBER_KeyConditionExpression }, EXPRESSION_KEY_CONDITION },
		{ { MEMBER_FilterExpression }, EXPRESSION_FILTER },
		{ { MEMBER_SearchConditionExpression }, EXPRESSION_SEARCH_CONDITION },
		{ { MEMBER_ProjectionExpression }, EXPRESSION_PROJECTION },
	};

	for (int i = 0; i < lengthof(expressions); i++)
	{
		Bytes text = StructureString(request, expressions[i].member);

		if (text.data != NULL)
			ExpressionMarkUsed(expressions[i].kind, text, bindings);
	}
	ExpressionBindingsCheckUsed(bindings);
}

BoundExpression *
ParameterExpression(const Structure *request, StringMember parameter, ExpressionKind kind,
                    ExpressionBindings *bindings)
{
	Bytes text = StructureString(request, parameter);

	return text.data == NULL ? NULL : ExpressionBind(kind, text, bindings);
}

void
ConditionalOperatorCheck(const Structure *request, const JsonNode *conditions)
{
	if (!StructureHas(request, MEMBER_ConditionalOperator))
		return;
	if (conditions == NULL)
		RequestError(TEXT_CONDITIONAL_ALONE);
	if (conditions->count < 2)
		RequestError(TEXT_CONDITIONAL_OF_ONE);
}

BoundExpression *
ParameterFilter(const Structure *request, MapMember legacy, ExpressionBindings *bindings)
{
	const JsonNode *filter = StructureMap(request, legacy);

	ConditionalOperatorCheck(request, filter);
	if (filter != NULL)
		return LegacyFilterToCondition(filter,
		                               StructureString(request, member_ConditionalOperator));
	return ParameterExpression(request, member_FilterExpression, EXPRESSION_FILTER, bindings);
}

BoundExpression *
ParameterProjection(const Structure *request, ExpressionBindings *bindings)
{
	const JsonNode *attributes = StructureList(request, member_AttributesToGet);

	if (attributes != NULL)
		return AttributesToGetToProjection(attributes);
	return ParameterExpression(request, member_ProjectionExpression, EXPRESSION_PROJECTION,
	                           bindings);
}
