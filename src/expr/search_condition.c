/*
 * Conditions of searches on vectors.
 */
#include "expr/search_condition.h"

#include "expr/ast.h"

#include "miscadmin.h"

#define SearchConditionError(...) ExpressionError(EXPRESSION_SEARCH_CONDITION, __VA_ARGS__)

typedef struct SearchOperator
{
	bool allowed;
	OperatorId mirrored; /* with the operands the other way round; itself where that cannot be */
} SearchOperator;

/* What is permitted stands here alone. */
static const SearchOperator search_operators[OPERATOR_COUNT] = {
	[OPERATOR_EQUAL] = { true, OPERATOR_EQUAL },
	[OPERATOR_NOT_EQUAL] = { true, OPERATOR_NOT_EQUAL },
	[OPERATOR_LESS] = { true, OPERATOR_GREATER },
	[OPERATOR_LESS_EQUAL] = { true, OPERATOR_GREATER_EQUAL },
	[OPERATOR_GREATER] = { true, OPERATOR_LESS },
	[OPERATOR_GREATER_EQUAL] = { true, OPERATOR_LESS_EQUAL },
	[OPERATOR_BETWEEN] = { true, OPERATOR_BETWEEN },
	[OPERATOR_IN] = { true, OPERATOR_IN },
	[OPERATOR_AND] = { true, OPERATOR_AND },
	[OPERATOR_OR] = { true, OPERATOR_OR },
	[OPERATOR_NOT] = { true, OPERATOR_NOT },
	[OPERATOR_ATTRIBUTE_EXISTS] = { true, OPERATOR_ATTRIBUTE_EXISTS },
	[OPERATOR_ATTRIBUTE_NOT_EXISTS] = { true, OPERATOR_ATTRIBUTE_NOT_EXISTS },
	[OPERATOR_BEGINS_WITH] = { true, OPERATOR_BEGINS_WITH },
};

static bool
IsLogical(OperatorId op)
{
	return op == OPERATOR_AND || op == OPERATOR_OR || op == OPERATOR_NOT;
}

static SearchCondition *Convert(const BoundExpression *bound, const ExpressionNode *node);

static void
ConvertParts(const BoundExpression *bound, const ExpressionNode *node, SearchCondition *condition)
{
	condition->parts = palloc(sizeof(SearchCondition *) * node->operand_count);
	for (int i = 0; i < node->operand_count; i++)
		condition->parts[condition->count++] = Convert(bound, node->operands[i]);
}

/* Which operand is the attribute; the others are values. */
static int
FindAttribute(const ExpressionNode *node)
{
	int attribute = -1;

	for (int i = 0; i < node->operand_count; i++)
	{
		if (node->operands[i]->type == NODE_VALUE)
			continue;
		if (node->operands[i]->type != NODE_PATH || attribute >= 0)
			SearchConditionError(TEXT_SEARCH_OPERATOR);
		attribute = i;
	}
	if (attribute < 0 || (attribute > 0 && (node->op->is_function || node->operand_count != 2 ||
	                                        node->op->id == OPERATOR_IN)))
		SearchConditionError(TEXT_SEARCH_OPERATOR);
	return attribute;
}

static void
ConvertComparison(const BoundExpression *bound, const ExpressionNode *node,
                  SearchCondition *condition)
{
	int attribute = FindAttribute(node);
	const Path *path = node->operands[attribute]->path;

	if (path->step_count > 1)
		SearchConditionError(TEXT_SEARCH_NESTED);
	if (attribute > 0)
		condition->op = search_operators[condition->op].mirrored;
	condition->attribute = StepName(bound, &path->steps[0]);
	condition->operands = palloc(sizeof(AttributeValue *) * node->operand_count);
	for (int i = 0; i < node->operand_count; i++)
		if (i != attribute)
			condition->operands[condition->count++] = bound->values[node->operands[i]->value];
}

static SearchCondition *
Convert(const BoundExpression *bound, const ExpressionNode *node)
{
	SearchCondition *condition = palloc0(sizeof(SearchCondition));

	check_stack_depth();
	if (node->type != NODE_OPERATION || !search_operators[node->op->id].allowed)
		SearchConditionError(TEXT_SEARCH_OPERATOR);
	condition->op = node->op->id;
	if (IsLogical(condition->op))
		ConvertParts(bound, node, condition);
	else
		ConvertComparison(bound, node, condition);
	return condition;
}

SearchCondition *
SearchConditionOf(const BoundExpression *bound)
{
	return Convert(bound, bound->parsed->condition);
}

const AttributeValue *
SearchConditionEqual(const SearchCondition *condition, Bytes attribute)
{
	check_stack_depth();
	if (condition->op == OPERATOR_EQUAL && BytesEqual(condition->attribute, attribute))
		return condition->operands[0];
	for (int i = 0; condition->op == OPERATOR_AND && i < condition->count; i++)
	{
		const AttributeValue *value = SearchConditionEqual(condition->parts[i], attribute);

		if (value != NULL)
			return value;
	}
	return NULL;
}

void
SearchConditionVisit(const SearchCondition *condition, SearchConditionVisitor visit, void *state)
{
	check_stack_depth();
	if (!IsLogical(condition->op))
		visit(condition, state);
	for (int i = 0; IsLogical(condition->op) && i < condition->count; i++)
		SearchConditionVisit(condition->parts[i], visit, state);
}
