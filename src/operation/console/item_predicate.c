/*
 * Writing predicates of jsonpath.
 */
#include "operation/console/item_predicate.h"

#include "item/number/number.h"

#include "miscadmin.h"
#include "utils/json.h"

static const char *const comparison_signs[] = {
	[OPERATOR_EQUAL] = "==",         [OPERATOR_LESS] = "<",
	[OPERATOR_LESS_EQUAL] = "<=",    [OPERATOR_GREATER] = ">",
	[OPERATOR_GREATER_EQUAL] = ">=", [OPERATOR_BEGINS_WITH] = "starts with",
};

bool
ItemPredicateTakesName(Bytes name)
{
	return !BytesBeginWith(name, BYTES_LITERAL("$u:")) &&
	       memchr(name.data, '\0', name.length) == NULL;
}

static bool
AppendPath(StringInfo out, const BoundExpression *where, const ExpressionNode *node)
{
	if (node->type != NODE_PATH)
		return false;
	appendStringInfoChar(out, '$');
	for (int i = 0; i < node->path->step_count; i++)
	{
		const PathStep *step = &node->path->steps[i];
		Bytes name = { 0 };

		if (StepIsIndex(step))
		{
			appendStringInfo(out, "[%u]", step->number);
			continue;
		}
		name = StepName(where, step);
		if (!ItemPredicateTakesName(name))
			return false;
		appendStringInfoChar(out, '.');
		escape_json(out, BytesToCString(name));
	}
	return true;
}

/* Numbers and texts have an order, truth and null have none; of others jsonpath knows no values. */
static bool
AppendValue(StringInfo out, const AttributeValue *value, bool ordered)
{
	switch (value->type)
	{
		case ATTRIBUTE_N:
			appendStringInfoString(out, NumberToString(value->number));
			return true;
		case ATTRIBUTE_S:
			escape_json(out, pnstrdup(value->bytes, value->count));
			return memchr(value->bytes, '\0', value->count) == NULL;
		case ATTRIBUTE_BOOL:
			appendStringInfoString(out, value->boolean ? "true" : "false");
			return !ordered;
		case ATTRIBUTE_NULL:
			appendStringInfoString(out, "null");
			return !ordered;
		default:
			return false;
	}
}

/* `attribute SIGN value`. */
static bool
AppendComparison(StringInfo out, const BoundExpression *where, const ExpressionNode *path,
                 OperatorId op, const ExpressionNode *value)
{
	if (!AppendPath(out, where, path) || value->type != NODE_VALUE)
		return false;
	appendStringInfo(out, " %s ", comparison_signs[op]);
	return AppendValue(out, where->values[value->value], op != OPERATOR_EQUAL);
}

static bool
AppendBetween(StringInfo out, const BoundExpression *where, const ExpressionNode *node)
{
	if (!AppendComparison(out, where, node->operands[0], OPERATOR_GREATER_EQUAL, node->operands[1]))
		return false;
	appendStringInfoString(out, " && ");
	return AppendComparison(out, where, node->operands[0], OPERATOR_LESS_EQUAL, node->operands[2]);
}

static bool
AppendIn(StringInfo out, const BoundExpression *where, const ExpressionNode *node)
{
	for (int i = 1; i < node->operand_count; i++)
	{
		if (i > 1)
			appendStringInfoString(out, " || ");
		if (!AppendComparison(out, where, node->operands[0], OPERATOR_EQUAL, node->operands[i]))
			return false;
	}
	return node->operand_count > 1;
}

static bool
AppendJoined(StringInfo out, const BoundExpression *where, const ExpressionNode *node,
             const char *sign)
{
	for (int i = 0; i < node->operand_count; i++)
	{
		if (i > 0)
			appendStringInfoString(out, sign);
		if (!ItemPredicate(out, where, node->operands[i]))
			return false;
	}
	return node->operand_count > 0;
}

static bool
AppendExists(StringInfo out, const BoundExpression *where, const ExpressionNode *node)
{
	appendStringInfoString(out, "exists (");
	if (!AppendPath(out, where, node->operands[0]))
		return false;
	appendStringInfoChar(out, ')');
	return true;
}

static bool
AppendOperation(StringInfo out, const BoundExpression *where, const ExpressionNode *node)
{
	switch (node->op->id)
	{
		case OPERATOR_EQUAL:
		case OPERATOR_LESS:
		case OPERATOR_LESS_EQUAL:
		case OPERATOR_GREATER:
		case OPERATOR_GREATER_EQUAL:
		case OPERATOR_BEGINS_WITH:
			return AppendComparison(out, where, node->operands[0], node->op->id, node->operands[1]);
		case OPERATOR_BETWEEN:
			return AppendBetween(out, where, node);
		case OPERATOR_IN:
			return AppendIn(out, where, node);
		case OPERATOR_AND:
			return AppendJoined(out, where, node, " && ");
		case OPERATOR_OR:
			return AppendJoined(out, where, node, " || ");
		case OPERATOR_ATTRIBUTE_EXISTS:
			return AppendExists(out, where, node);
		default:
			return false;
	}
}

bool
ItemPredicate(StringInfo out, const BoundExpression *where, const ExpressionNode *node)
{
	check_stack_depth();
	appendStringInfoChar(out, '(');
	if (node->type != NODE_OPERATION || !AppendOperation(out, where, node))
		return false;
	appendStringInfoChar(out, ')');
	return true;
}
