/*
 * Key condition expressions: a condition that is a conjunction of comparisons
 * of one top-level attribute each.
 */
#include "expr/ast.h"

#include "miscadmin.h"

#define KeyConditionError(...) ExpressionError(EXPRESSION_KEY_CONDITION, __VA_ARGS__)

typedef struct KeyOperatorInfo
{
	bool allowed;
	KeyOperator op;
	KeyOperator mirrored; /* with the operands the other way round */
} KeyOperatorInfo;

static const KeyOperatorInfo key_operators[OPERATOR_COUNT] = {
	[OPERATOR_EQUAL] = { true, KEY_EQUAL, KEY_EQUAL },
	[OPERATOR_LESS] = { true, KEY_LESS, KEY_GREATER },
	[OPERATOR_LESS_EQUAL] = { true, KEY_LESS_EQUAL, KEY_GREATER_EQUAL },
	[OPERATOR_GREATER] = { true, KEY_GREATER, KEY_LESS },
	[OPERATOR_GREATER_EQUAL] = { true, KEY_GREATER_EQUAL, KEY_LESS_EQUAL },
	[OPERATOR_BETWEEN] = { true, KEY_BETWEEN, KEY_BETWEEN },
	[OPERATOR_BEGINS_WITH] = { true, KEY_BEGINS_WITH, KEY_BEGINS_WITH },
};

static void
RejectOperator(const ExpressionNode *node)
{
	ValidationError(TEXT_KEY_OPERATOR, node->op->name);
}

/* Operands of a key condition are one path and literal values. */
static int
FindKeyOperand(const ExpressionNode *node)
{
	int key = -1;

	for (int i = 0; i < node->operand_count; i++)
	{
		const ExpressionNode *operand = node->operands[i];

		if (operand->type == NODE_OPERATION)
			RejectOperator(operand);
		if (operand->type != NODE_PATH)
			continue;
		if (key >= 0)
			KeyConditionError(TEXT_KEY_CONDITION_NAMES);
		key = i;
	}
	if (key < 0)
		KeyConditionError(TEXT_KEY_CONDITION_NO_NAME);
	if (key > 0 && (node->operand_count > 2 || node->op->is_function))
		KeyConditionError(TEXT_KEY_CONDITION_ORDER, node->op->name);
	return key;
}

static KeyCondition
MakeKeyCondition(const BoundExpression *bound, const ExpressionNode *node)
{
	const KeyOperatorInfo *info = &key_operators[node->op->id];
	KeyCondition condition = { 0 };
	const Path *path;
	int key;

	if (!info->allowed)
		RejectOperator(node);
	key = FindKeyOperand(node);
	path = node->operands[key]->path;
	if (path->step_count > 1)
		KeyConditionError(TEXT_KEY_CONDITION_NESTED);
	condition.attribute = StepName(bound, &path->steps[0]);
	condition.op = key == 0 ? info->op : info->mirrored;
	condition.operand = *bound->values[node->operands[key == 0 ? 1 : 0]->value];
	if (info->op == KEY_BETWEEN)
		condition.upper = *bound->values[node->operands[2]->value];
	return condition;
}

/* Takes the conditions out of a tree whose inner nodes may only be AND. */
static List *
CollectConditions(const ExpressionNode *node, List *conditions)
{
	check_stack_depth();
	if (node->op->id != OPERATOR_AND)
		return lappend(conditions, (void *) node);
	for (int i = 0; i < node->operand_count; i++)
		conditions = CollectConditions(node->operands[i], conditions);
	return conditions;
}

KeyCondition *
KeyConditionParts(const BoundExpression *key_condition, int *count)
{
	List *nodes = CollectConditions(key_condition->parsed->condition, NIL);
	KeyCondition *parts = palloc(sizeof(KeyCondition) * list_length(nodes));
	ListCell *cell;

	*count = 0;
	foreach (cell, nodes)
		parts[(*count)++] = MakeKeyCondition(key_condition, lfirst(cell));
	for (int i = 1; i < *count; i++)
	{
		for (int j = 0; j < i; j++)
		{
			if (BytesEqual(parts[i].attribute, parts[j].attribute))
				KeyConditionError(TEXT_KEY_CONDITION_TWICE);
		}
	}
	return parts;
}
