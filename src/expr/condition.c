/*
 * Judging conditions and filters. An operand that the item lacks makes every
 * comparison false but <>, which it makes true; so do operands whose types do
 * not go together.
 */
#include "expr/comparison.h"
#include "item/compare.h"
#include "item/number/number.h"

#include "miscadmin.h"

typedef bool (*Predicate)(Evaluation *evaluation, const ExpressionNode *node);

static bool EvaluateNode(Evaluation *evaluation, const ExpressionNode *node);

static const AttributeValue *ComputedOperand(Evaluation *evaluation, const ExpressionNode *node,
                                             AttributeValue *scratch);

/* The operand's value, or NULL where there is none. `scratch` may hold it. */
static const AttributeValue *
Operand(Evaluation *evaluation, const ExpressionNode *node, int number, AttributeValue *scratch)
{
	const ExpressionNode *operand = node->operands[number];

	switch (operand->type)
	{
		case NODE_PATH:
			return EvaluatePath(evaluation, operand->path);
		case NODE_VALUE:
			return evaluation->bound->values[operand->value];
		default:
			return ComputedOperand(evaluation, operand, scratch);
	}
}

static const AttributeValue *
MakeNumber(Numeric number, AttributeValue *scratch)
{
	*scratch = (AttributeValue){ ATTRIBUTE_N };
	scratch->number = number;
	return scratch;
}

static const AttributeValue *
SizeOperand(Evaluation *evaluation, const ExpressionNode *call, AttributeValue *scratch)
{
	const AttributeValue *value = Operand(evaluation, call, 0, scratch);
	int size;

	if (value == NULL || !ValueSize(value, &size))
		return NULL;
	return MakeNumber(int64_to_numeric(size), scratch);
}

/* A sum or difference, of PartiQL only; there is none where an operand is no number. */
static const AttributeValue *
ArithmeticOperand(Evaluation *evaluation, const ExpressionNode *node, AttributeValue *scratch)
{
	AttributeValue right_scratch;
	const AttributeValue *left = Operand(evaluation, node, 0, scratch);
	const AttributeValue *right = Operand(evaluation, node, 1, &right_scratch);

	if (left == NULL || right == NULL || left->type != ATTRIBUTE_N || right->type != ATTRIBUTE_N)
		return NULL;
	return MakeNumber(node->op->id == OPERATOR_PLUS ? NumberAdd(left->number, right->number)
	                                                : NumberSubtract(left->number, right->number),
	                  scratch);
}

static const AttributeValue *
ComputedOperand(Evaluation *evaluation, const ExpressionNode *node, AttributeValue *scratch)
{
	check_stack_depth();
	/* Of PartiQL only. */
	if (node->op->is_condition)
	{
		*scratch = (AttributeValue){ ATTRIBUTE_BOOL };
		scratch->boolean = EvaluateNode(evaluation, node);
		return scratch;
	}
	return node->op->id == OPERATOR_SIZE ? SizeOperand(evaluation, node, scratch)
	                                     : ArithmeticOperand(evaluation, node, scratch);
}

static bool
Equal(Evaluation *evaluation, const ExpressionNode *node)
{
	AttributeValue left_scratch;
	AttributeValue right_scratch;
	const AttributeValue *left = Operand(evaluation, node, 0, &left_scratch);
	const AttributeValue *right = Operand(evaluation, node, 1, &right_scratch);

	return left != NULL && right != NULL && OperandsEqual(evaluation, left, right);
}

static bool
NotEqual(Evaluation *evaluation, const ExpressionNode *node)
{
	return !Equal(evaluation, node);
}

static bool
OrderIs(OperatorId comparison, const AttributeValue *left, const AttributeValue *right)
{
	int order;

	if (left == NULL || right == NULL || !AttributeValuesOrdered(left, right))
		return false;
	order = AttributeValueCompare(left, right);
	switch (comparison)
	{
		case OPERATOR_LESS:
			return order < 0;
		case OPERATOR_LESS_EQUAL:
			return order <= 0;
		case OPERATOR_GREATER:
			return order > 0;
		default:
			return order >= 0;
	}
}

static bool
Ordered(Evaluation *evaluation, const ExpressionNode *node)
{
	AttributeValue left_scratch;
	AttributeValue right_scratch;
	const AttributeValue *left = Operand(evaluation, node, 0, &left_scratch);
	const AttributeValue *right = Operand(evaluation, node, 1, &right_scratch);

	return OrderIs(node->op->id, left, right);
}

static bool
Between(Evaluation *evaluation, const ExpressionNode *node)
{
	AttributeValue scratch[3];
	const AttributeValue *value = Operand(evaluation, node, 0, &scratch[0]);
	const AttributeValue *lower = Operand(evaluation, node, 1, &scratch[1]);
	const AttributeValue *upper = Operand(evaluation, node, 2, &scratch[2]);

	return OrderIs(OPERATOR_GREATER_EQUAL, value, lower) &&
	       OrderIs(OPERATOR_LESS_EQUAL, value, upper);
}

static bool
In(Evaluation *evaluation, const ExpressionNode *node)
{
	AttributeValue scratch;
	const AttributeValue *value = Operand(evaluation, node, 0, &scratch);

	if (value == NULL)
		return false;
	for (int i = 1; i < node->operand_count; i++)
	{
		AttributeValue candidate_scratch;
		const AttributeValue *candidate = Operand(evaluation, node, i, &candidate_scratch);

		if (candidate != NULL && OperandsEqual(evaluation, value, candidate))
			return true;
	}
	return false;
}

static bool
And(Evaluation *evaluation, const ExpressionNode *node)
{
	for (int i = 0; i < node->operand_count; i++)
	{
		if (!EvaluateNode(evaluation, node->operands[i]))
			return false;
	}
	return true;
}

static bool
Or(Evaluation *evaluation, const ExpressionNode *node)
{
	for (int i = 0; i < node->operand_count; i++)
	{
		if (EvaluateNode(evaluation, node->operands[i]))
			return true;
	}
	return false;
}

static bool
Not(Evaluation *evaluation, const ExpressionNode *node)
{
	return !EvaluateNode(evaluation, node->operands[0]);
}

static bool
AttributeExists(Evaluation *evaluation, const ExpressionNode *node)
{
	return EvaluatePath(evaluation, node->operands[0]->path) != NULL;
}

static bool
AttributeNotExists(Evaluation *evaluation, const ExpressionNode *node)
{
	return !AttributeExists(evaluation, node);
}

static bool
HasAttributeType(Evaluation *evaluation, const ExpressionNode *node)
{
	AttributeValue scratch[2];
	const AttributeValue *value = Operand(evaluation, node, 0, &scratch[0]);
	const AttributeValue *name = Operand(evaluation, node, 1, &scratch[1]);

	return value != NULL && name != NULL && name->type == ATTRIBUTE_S &&
	       BytesEqual((Bytes){ name->bytes, name->count },
	                  BytesFromCString(AttributeTypeName(value->type)));
}

static bool
BeginsWith(Evaluation *evaluation, const ExpressionNode *node)
{
	AttributeValue scratch[2];
	const AttributeValue *value = Operand(evaluation, node, 0, &scratch[0]);
	const AttributeValue *prefix = Operand(evaluation, node, 1, &scratch[1]);

	if (value == NULL || prefix == NULL || value->type != prefix->type ||
	    (operators[OPERATOR_BEGINS_WITH].other_types & TYPE_BIT(prefix->type)) == 0)
		return false;
	return BytesBeginWith((Bytes){ value->bytes, value->count },
	                      (Bytes){ prefix->bytes, prefix->count });
}

static bool
ContainsBytes(const AttributeValue *value, const AttributeValue *part)
{
	return part->count == 0 || memmem(value->bytes, value->count, part->bytes, part->count) != NULL;
}

static bool
Contains(Evaluation *evaluation, const ExpressionNode *node)
{
	AttributeValue scratch[2];
	const AttributeValue *value = Operand(evaluation, node, 0, &scratch[0]);
	const AttributeValue *part = Operand(evaluation, node, 1, &scratch[1]);

	if (value == NULL || part == NULL)
		return false;
	switch (value->type)
	{
		case ATTRIBUTE_S:
		case ATTRIBUTE_B:
			return value->type == part->type && ContainsBytes(value, part);
		case ATTRIBUTE_SS:
		case ATTRIBUTE_NS:
		case ATTRIBUTE_BS:
			return SetHas(value, part);
		case ATTRIBUTE_L:
			return ListHas(evaluation, value, part);
		default:
			return false;
	}
}

static const Predicate predicates[OPERATOR_COUNT] = {
	[OPERATOR_EQUAL] = Equal,
	[OPERATOR_NOT_EQUAL] = NotEqual,
	[OPERATOR_LESS] = Ordered,
	[OPERATOR_LESS_EQUAL] = Ordered,
	[OPERATOR_GREATER] = Ordered,
	[OPERATOR_GREATER_EQUAL] = Ordered,
	[OPERATOR_BETWEEN] = Between,
	[OPERATOR_IN] = In,
	[OPERATOR_AND] = And,
	[OPERATOR_OR] = Or,
	[OPERATOR_NOT] = Not,
	[OPERATOR_ATTRIBUTE_EXISTS] = AttributeExists,
	[OPERATOR_ATTRIBUTE_NOT_EXISTS] = AttributeNotExists,
	[OPERATOR_ATTRIBUTE_TYPE] = HasAttributeType,
	[OPERATOR_BEGINS_WITH] = BeginsWith,
	[OPERATOR_CONTAINS] = Contains,
};

static bool
EvaluateNode(Evaluation *evaluation, const ExpressionNode *node)
{
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	return predicates[node->op->id](evaluation, node);
}

bool
ConditionEvaluate(const BoundExpression *condition, const ItemView *item)
{
	Evaluation evaluation;

	if (condition == NULL || condition->parsed->condition == NULL)
		return true;
	EvaluationInit(&evaluation, condition, item);
	return EvaluateNode(&evaluation, condition->parsed->condition);
}
