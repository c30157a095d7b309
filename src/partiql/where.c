/*
 * Reading WHERE. Only what holds for every item that WHERE can let through is
 * used: values under AND are intersected, those under OR united where each branch
 * has some.
 */
#include "partiql/where.h"

#include "item/compare.h"

#include "miscadmin.h"

static const OperatorId mirrored[OPERATOR_COUNT] = {
	[OPERATOR_EQUAL] = OPERATOR_EQUAL,
	[OPERATOR_LESS] = OPERATOR_GREATER,
	[OPERATOR_LESS_EQUAL] = OPERATOR_GREATER_EQUAL,
	[OPERATOR_GREATER] = OPERATOR_LESS,
	[OPERATOR_GREATER_EQUAL] = OPERATOR_LESS_EQUAL,
};

static bool
IsComparison(OperatorId id)
{
	return id <= OPERATOR_IN || id == OPERATOR_BEGINS_WITH;
}

static bool
IsAttribute(const ExpressionNode *node)
{
	return node->type == NODE_PATH && node->path->step_count == 1;
}

bool
ComparisonRead(const BoundExpression *where, const ExpressionNode *node, Comparison *comparison)
{
	int path = 0;

	if (node->type != NODE_OPERATION || !IsComparison(node->op->id) || node->operand_count < 2)
		return false;
	if (node->operand_count == 2 && node->operands[0]->type == NODE_VALUE &&
	    node->op->id <= OPERATOR_GREATER_EQUAL)
		path = 1;
	if (!IsAttribute(node->operands[path]))
		return false;
	comparison->op = path == 0 ? node->op->id : mirrored[node->op->id];
	comparison->attribute = StepName(where, &node->operands[path]->path->steps[0]);
	comparison->count = 0;
	comparison->values = palloc(sizeof(AttributeValue *) * (node->operand_count - 1));
	for (int i = 0; i < node->operand_count; i++)
	{
		if (i == path)
			continue;
		if (node->operands[i]->type != NODE_VALUE)
			return false;
		comparison->values[comparison->count++] = where->values[node->operands[i]->value];
	}
	return node->op->id != OPERATOR_NOT_EQUAL;
}

static bool
Contains(const ValueList *values, const AttributeValue *value)
{
	for (int i = 0; i < values->count; i++)
	{
		if (AttributeValueEqual(values->values[i], value))
			return true;
	}
	return false;
}

static void
Unite(ValueList *values, const ValueList *others)
{
	const AttributeValue **all =
	    palloc(sizeof(AttributeValue *) * Max(values->count + others->count, 1));

	if (values->count > 0)
		memcpy(all, values->values, sizeof(AttributeValue *) * values->count);
	values->values = all;
	for (int i = 0; i < others->count; i++)
	{
		if (!Contains(values, others->values[i]))
			values->values[values->count++] = others->values[i];
	}
}

static void
Intersect(ValueList *values, const ValueList *others)
{
	int kept = 0;

	for (int i = 0; i < values->count; i++)
	{
		if (Contains(others, values->values[i]))
			values->values[kept++] = values->values[i];
	}
	values->count = kept;
}

/* The values that the comparison allows the attribute. False where it does not list them. */
static bool
ListedByComparison(const BoundExpression *where, const ExpressionNode *node, Bytes attribute,
                   ValueList *values)
{
	Comparison comparison;

	if (!ComparisonRead(where, node, &comparison) || !BytesEqual(comparison.attribute, attribute) ||
	    (comparison.op != OPERATOR_EQUAL && comparison.op != OPERATOR_IN))
		return false;
	*values = (ValueList){ 0 };
	Unite(values, &(ValueList){ comparison.count, comparison.values });
	return true;
}

bool
WhereValues(const BoundExpression *where, const ExpressionNode *node, Bytes attribute,
            ValueList *values)
{
	bool any = node->type == NODE_OPERATION && node->op->id == OPERATOR_OR;
	bool known = false;

	check_stack_depth();
	if (!any && (node->type != NODE_OPERATION || node->op->id != OPERATOR_AND))
		return ListedByComparison(where, node, attribute, values);
	for (int i = 0; i < node->operand_count; i++)
	{
		ValueList more;

		CHECK_FOR_INTERRUPTS();
		if (!WhereValues(where, node->operands[i], attribute, &more))
		{
			if (any)
				return false;
			continue;
		}
		if (!known)
			*values = more;
		else if (any)
			Unite(values, &more);
		else
			Intersect(values, &more);
		known = true;
	}
	return known;
}

/* Whether the attribute may be one of the values that = or IN compares it with. */
static bool
MayEqual(const BoundExpression *where, const ExpressionNode *node, const AttributeValue *known)
{
	int path = node->operands[0]->type == NODE_VALUE && node->op->id == OPERATOR_EQUAL ? 1 : 0;
	const AttributeValue *value;

	if (!IsAttribute(node->operands[path]))
		return true;
	value = MapGet(known, StepName(where, &node->operands[path]->path->steps[0]));
	if (value == NULL)
		return true;
	for (int i = 0; i < node->operand_count; i++)
	{
		const ExpressionNode *operand = node->operands[i];

		if (i != path && (operand->type != NODE_VALUE ||
		                  AttributeValueEqual(where->values[operand->value], value)))
			return true;
	}
	return false;
}

bool
WhereMayHold(const BoundExpression *where, const ExpressionNode *node, const AttributeValue *known)
{
	OperatorId op = node->type == NODE_OPERATION ? node->op->id : OPERATOR_COUNT;
	bool any = op == OPERATOR_OR;

	check_stack_depth();
	if (op == OPERATOR_EQUAL || op == OPERATOR_IN)
		return MayEqual(where, node, known);
	if (!any && op != OPERATOR_AND)
		return true;
	for (int i = 0; i < node->operand_count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (WhereMayHold(where, node->operands[i], known) == any)
			return any;
	}
	return !any;
}

static List *
Conjuncts(ExpressionNode *node, List *conjuncts)
{
	check_stack_depth();
	if (node->type != NODE_OPERATION || node->op->id != OPERATOR_AND)
		return lappend(conjuncts, node);
	for (int i = 0; i < node->operand_count; i++)
		conjuncts = Conjuncts(node->operands[i], conjuncts);
	return conjuncts;
}

List *
WhereConjuncts(const BoundExpression *where)
{
	if (where == NULL || where->parsed->condition == NULL)
		return NIL;
	return Conjuncts(where->parsed->condition, NIL);
}

const AttributeValue *
WhereDemands(const BoundExpression *where, List *conjuncts, Bytes attribute)
{
	ListCell *cell;

	foreach (cell, conjuncts)
	{
		Comparison comparison;

		if (ComparisonRead(where, lfirst(cell), &comparison) && comparison.op == OPERATOR_EQUAL &&
		    BytesEqual(comparison.attribute, attribute))
			return comparison.values[0];
	}
	return NULL;
}
