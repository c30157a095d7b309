/*
 * What the item operations share in reading a request: the rules of expression
 * and legacy parameters, and conditions.
 */
#ifndef DYNAMO_OPERATION_PARAMETERS_H
#define DYNAMO_OPERATION_PARAMETERS_H

#include "expr/expression.h"
#include "model/structure.h"
#include "storage/relation/table.h"

#define MAX_PARAMETERS 5

/* The parameters of one operation that cannot be mixed; lists end with MEMBER_NONE. */
typedef struct ParameterRules
{
	MemberId legacy[MAX_PARAMETERS];
	MemberId expressions[MAX_PARAMETERS];
	/*
	 * Those of `expressions` that may use ExpressionAttributeValues, and the
	 * error's words where a request has none of them.
	 */
	MemberId with_values[MAX_PARAMETERS];
	const char *values_missing;
} ParameterRules;

/* Rejects requests that mix expression and legacy parameters. */
extern void ParametersCheckMixed(const Structure *request, const ParameterRules *rules);

/* The same of two parts of a request: the legacy parameters of one, the expressions of the other.
 */
extern void ParametersCheckMixedOf(const Structure *legacy_request, const Structure *request,
                                   const ParameterRules *rules);

/* The request's names and values, checked to be of use to it. */
extern ExpressionBindings *ParametersBindings(const Structure *request,
                                              const ParameterRules *rules);

/* The same without the values, which ExpressionBindingsReadValues reads. */
extern ExpressionBindings *ParametersBindingsBegin(const Structure *request,
                                                   const ParameterRules *rules);

/*
 * Rejects names and values that no expression of the request uses, before those that are not
 * defined. Only the expressions' texts are looked at.
 */
extern void ParametersCheckUsed(const Structure *request, ExpressionBindings *bindings);

/* The expression of this parameter, or NULL where the request has none. */
extern BoundExpression *ParameterExpression(const Structure *request, StringMember parameter,
                                            ExpressionKind kind, ExpressionBindings *bindings);

/*
 * Rejects a ConditionalOperator without the legacy conditions that it would
 * combine. `conditions` is the value of Expected, QueryFilter or ScanFilter, or NULL.
 */
extern void ConditionalOperatorCheck(const Structure *request, const JsonNode *conditions);

/* The filter of FilterExpression or of this legacy parameter, or NULL where there is neither. */
extern BoundExpression *ParameterFilter(const Structure *request, MapMember legacy,
                                        ExpressionBindings *bindings);

/* The projection of ProjectionExpression or AttributesToGet, or NULL where there is neither. */
extern BoundExpression *ParameterProjection(const Structure *request, ExpressionBindings *bindings);

#endif
