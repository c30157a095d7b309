/*
 * Checks a bound expression's operands: their types as far as they are known
 * without an item, the bounds of BETWEEN, and operands that repeat.
 */
#include "expr/check.h"

#include "item/compare.h"
#include "item/shown.h"

#include "miscadmin.h"

static const AttributeValue *
LiteralOf(const BoundExpression *bound, const ExpressionNode *node)
{
	return node->type == NODE_VALUE ? bound->values[node->value] : NULL;
}

/* Whether the operator's value is always of one type, and which that is. */
static bool
YieldedType(const Operator *op, AttributeType *type)
{
	if (op->is_condition)
	{
		*type = ATTRIBUTE_BOOL;
		return true;
	}
	switch (op->id)
	{
		case OPERATOR_PLUS:
		case OPERATOR_MINUS:
		case OPERATOR_SIZE:
			*type = ATTRIBUTE_N;
			return true;
		case OPERATOR_LIST_APPEND:
			*type = ATTRIBUTE_L;
			return true;
		default:
			return false;
	}
}

/* Whether the type of the operand is known already, and which it is. */
static bool
KnownType(const BoundExpression *bound, const ExpressionNode *node, AttributeType *type)
{
	const AttributeValue *literal = LiteralOf(bound, node);

	if (literal != NULL)
		*type = literal->type;
	return literal != NULL || (node->type == NODE_OPERATION && YieldedType(node->op, type));
}

static void
CheckTypes(const BoundExpression *bound, const ExpressionNode *node)
{
	for (int i = 0; i < node->operand_count; i++)
	{
		TypeSet allowed = i == 0 ? node->op->first_types : node->op->other_types;
		AttributeType type;

		if (KnownType(bound, node->operands[i], &type) && (allowed & TYPE_BIT(type)) == 0)
			BoundExpressionError(bound, TEXT_OPERAND_TYPE, node->op->name, AttributeTypeName(type));
	}
}

static bool
SamePath(const BoundExpression *bound, const Path *a, const Path *b)
{
	if (a->step_count != b->step_count)
		return false;
	for (int i = 0; i < a->step_count; i++)
	{
		const PathStep *left = &a->steps[i];
		const PathStep *right = &b->steps[i];

		if (StepIsIndex(left) != StepIsIndex(right))
			return false;
		if (StepIsIndex(left) ? left->number != right->number
		                      : !BytesEqual(StepName(bound, left), StepName(bound, right)))
			return false;
	}
	return true;
}

static void
CheckDistinct(const BoundExpression *bound, const ExpressionNode *node)
{
	const ExpressionNode *first = node->operands[0];

	if (!node->op->distinct_first || first->type != NODE_PATH)
		return;
	for (int i = 1; i < node->operand_count; i++)
	{
		if (node->operands[i]->type == NODE_PATH &&
		    SamePath(bound, first->path, node->operands[i]->path))
			BoundExpressionError(bound, TEXT_OPERANDS_EQUAL, node->op->name,
			                     PathToString(bound, first->path));
	}
}

static void
CheckBetween(const BoundExpression *bound, const ExpressionNode *node)
{
	const AttributeValue *lower = LiteralOf(bound, node->operands[1]);
	const AttributeValue *upper = LiteralOf(bound, node->operands[2]);
	const char *fault = NULL;

	if (lower == NULL || upper == NULL)
		return;
	if (lower->type != upper->type)
		fault = TEXT_BETWEEN_TYPES;
	else if (AttributeValueCompare(lower, upper) > 0)
		fault = TEXT_BETWEEN_ORDER;
	if (fault != NULL)
		BoundExpressionError(bound, TEXT_BETWEEN_BOUNDS, fault, AttributeValueShown(lower),
		                     AttributeValueShown(upper));
}

static void
CheckAttributeType(const BoundExpression *bound, const ExpressionNode *node)
{
	const AttributeValue *literal = LiteralOf(bound, node->operands[1]);
	AttributeType type;

	if (literal != NULL && !AttributeTypeFromName((Bytes){ literal->bytes, literal->count }, &type))
		BoundExpressionError(bound, TEXT_TYPE_NAME,
		                     ShownText((Bytes){ literal->bytes, literal->count }));
}

void
RaiseValueNotDefined(const ParsedExpression *parsed, int number)
{
	ExpressionError(parsed->kind, TEXT_VALUE_UNDEFINED, BYTES_ARGS(parsed->values[number]));
	pg_unreachable();
}

static void
CheckNode(const BoundExpression *bound, const ExpressionNode *node)
{
	bool is_logical;

	check_stack_depth();
	if (node != NULL && node->type == NODE_VALUE && LiteralOf(bound, node) == NULL)
		RaiseValueNotDefined(bound->parsed, node->value);
	if (node == NULL || node->type != NODE_OPERATION)
		return;
	for (int i = 0; i < node->operand_count; i++)
		CheckNode(bound, node->operands[i]);
	is_logical =
	    node->op->id == OPERATOR_AND || node->op->id == OPERATOR_OR || node->op->id == OPERATOR_NOT;
	if (is_logical)
		return;
	CheckTypes(bound, node);
	CheckDistinct(bound, node);
	if (node->op->id == OPERATOR_BETWEEN)
		CheckBetween(bound, node);
	else if (node->op->id == OPERATOR_ATTRIBUTE_TYPE)
		CheckAttributeType(bound, node);
}

/* As some errors spell types. */
static const char *
LongTypeName(AttributeType type)
{
	static const char *const names[] = {
		[ATTRIBUTE_S] = "STRING",      [ATTRIBUTE_N] = "NUMBER",      [ATTRIBUTE_B] = "BINARY",
		[ATTRIBUTE_SS] = "STRING_SET", [ATTRIBUTE_NS] = "NUMBER_SET", [ATTRIBUTE_BS] = "BINARY_SET",
		[ATTRIBUTE_M] = "MAP",         [ATTRIBUTE_L] = "LIST",        [ATTRIBUTE_BOOL] = "BOOLEAN",
		[ATTRIBUTE_NULL] = "NULL",
	};

	return names[type];
}

/* ADD takes a number or a set, DELETE a set. */
static void
CheckAction(const BoundExpression *bound, const UpdateAction *action)
{
	static const TypeSet allowed[ACTION_TYPES] = {
		[ACTION_SET] = TYPES_ANY,
		[ACTION_ADD] = TYPES_SETS | TYPE_BIT(ATTRIBUTE_N),
		[ACTION_DELETE] = TYPES_SETS,
	};
	AttributeType type;

	CheckNode(bound, action->operand);
	if (action->operand == NULL || !KnownType(bound, action->operand, &type))
		return;
	if ((allowed[action->type] & TYPE_BIT(type)) == 0)
		BoundExpressionError(bound, TEXT_ACTION_OPERAND_TYPE, action_names[action->type],
		                     LongTypeName(type), action_names[action->type]);
}

void
CheckOperandTypes(const BoundExpression *bound)
{
	ListCell *cell;

	CheckNode(bound, bound->parsed->condition);
	foreach (cell, bound->parsed->actions)
		CheckAction(bound, lfirst(cell));
}
