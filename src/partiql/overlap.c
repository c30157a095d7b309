/*
 * See overlap.h.
 */
#include "partiql/overlap.h"

#include "error/error.h"
#include "item/compare.h"

#include "miscadmin.h"

/* What a branch of OR says of a key: the values of its partition, the range of its sort key. */
typedef struct Branch
{
	const ExpressionNode *node;
	bool has_partition;
	ValueList partition;
	bool has_sort;
	bool negated; /* its sort condition: the service reads such branches as their union */
	ValueList sorts;
	const AttributeValue *lower;
	bool lower_inclusive;
	const AttributeValue *upper;
	bool upper_inclusive;
	const AttributeValue *prefix;
} Branch;

pg_noreturn static void
RaiseOverlap(void)
{
	ValidationError(TEXT_OVERLAP);
	pg_unreachable();
}

static bool
IsAbout(const BoundExpression *where, const ExpressionNode *node, Bytes attribute)
{
	return node->type == NODE_PATH && node->path->step_count == 1 &&
	       BytesEqual(StepName(where, &node->path->steps[0]), attribute);
}

/* Whether the condition is NOT or <> of the attribute. */
static bool
Negates(const BoundExpression *where, const ExpressionNode *node, Bytes attribute)
{
	if (node->type != NODE_OPERATION)
		return false;
	if (node->op->id == OPERATOR_NOT)
		node = node->operands[0];
	else if (node->op->id != OPERATOR_NOT_EQUAL)
		return false;
	for (int i = 0; node->type == NODE_OPERATION && i < node->operand_count; i++)
	{
		if (IsAbout(where, node->operands[i], attribute))
			return true;
	}
	return false;
}

static void
TakeSort(Branch *branch, const Comparison *comparison)
{
	const AttributeValue *value = comparison->values[0];

	branch->has_sort = true;
	switch (comparison->op)
	{
		case OPERATOR_EQUAL:
		case OPERATOR_IN:
			branch->sorts = (ValueList){ comparison->count, comparison->values };
			break;
		case OPERATOR_LESS:
		case OPERATOR_LESS_EQUAL:
			branch->upper = value;
			branch->upper_inclusive = comparison->op == OPERATOR_LESS_EQUAL;
			break;
		case OPERATOR_GREATER:
		case OPERATOR_GREATER_EQUAL:
			branch->lower = value;
			branch->lower_inclusive = comparison->op == OPERATOR_GREATER_EQUAL;
			break;
		case OPERATOR_BETWEEN:
			branch->lower = value;
			branch->upper = comparison->values[1];
			branch->lower_inclusive = branch->upper_inclusive = true;
			break;
		default:
			branch->prefix = value;
			break;
	}
}

static void
ReadBranch(const BoundExpression *where, const KeySchema *key, const ExpressionNode *node,
           Branch *branch)
{
	List *parts = node->type == NODE_OPERATION && node->op->id == OPERATOR_AND
	                  ? NIL
	                  : list_make1(unconstify(ExpressionNode *, node));
	ListCell *cell;

	*branch = (Branch){ .node = node };
	for (int i = 0; parts == NIL && i < node->operand_count; i++)
		parts = list_concat(parts, list_make1(node->operands[i]));
	branch->has_partition = WhereValues(where, node, key->partition[0].name, &branch->partition);
	foreach (cell, parts)
	{
		Comparison comparison;

		if (key->sort_count == 0)
			continue;
		if (Negates(where, lfirst(cell), key->sort[0].name))
			branch->negated = branch->has_sort = true;
		else if (ComparisonRead(where, lfirst(cell), &comparison) &&
		         BytesEqual(comparison.attribute, key->sort[0].name) &&
		         comparison.values[0]->type == key->sort[0].type)
			TakeSort(branch, &comparison);
	}
}

static bool
Begins(const AttributeValue *value, const AttributeValue *prefix)
{
	return value->type == prefix->type && value->type != ATTRIBUTE_N &&
	       BytesBeginWith((Bytes){ value->bytes, value->count },
	                      (Bytes){ prefix->bytes, prefix->count });
}

/* Whether the branch's range, not its list, admits the value. */
static bool
Admits(const Branch *branch, const AttributeValue *value)
{
	int lower = branch->lower != NULL ? AttributeValueCompare(value, branch->lower) : 1;
	int upper = branch->upper != NULL ? AttributeValueCompare(value, branch->upper) : -1;

	return (lower > 0 || (lower == 0 && branch->lower_inclusive)) &&
	       (upper < 0 || (upper == 0 && branch->upper_inclusive)) &&
	       (branch->prefix == NULL || Begins(value, branch->prefix));
}

static bool
ListMeets(const Branch *list, const Branch *other)
{
	for (int i = 0; i < list->sorts.count; i++)
	{
		const AttributeValue *value = list->sorts.values[i];

		if (other->sorts.count == 0 && Admits(other, value))
			return true;
		for (int j = 0; j < other->sorts.count; j++)
		{
			if (AttributeValueEqual(value, other->sorts.values[j]))
				return true;
		}
	}
	return false;
}

/* Whether all that one range admits lies before what the other does. */
static bool
LiesBefore(const Branch *first, const Branch *second)
{
	const AttributeValue *end = first->upper != NULL ? first->upper : first->prefix;
	const AttributeValue *start = second->lower != NULL ? second->lower : second->prefix;
	int order;

	if (end == NULL || start == NULL)
		return false;
	order = AttributeValueCompare(end, start);
	if (first->upper == NULL && order < 0)
		return !Begins(start, first->prefix);
	return order < 0 ||
	       (order == 0 && first->upper != NULL &&
	        !(first->upper_inclusive && (second->lower == NULL || second->lower_inclusive)));
}

static bool
SortsMeet(const Branch *a, const Branch *b)
{
	if (a->negated || b->negated)
		return false;
	if (!a->has_sort || !b->has_sort)
		return true;
	if (a->sorts.count > 0)
		return ListMeets(a, b);
	if (b->sorts.count > 0)
		return ListMeets(b, a);
	return !LiesBefore(a, b) && !LiesBefore(b, a);
}

static bool
PartitionsMeet(const Branch *a, const Branch *b)
{
	if (!a->has_partition || !b->has_partition)
		return true;
	for (int i = 0; i < a->partition.count; i++)
	{
		for (int j = 0; j < b->partition.count; j++)
		{
			if (AttributeValueEqual(a->partition.values[i], b->partition.values[j]))
				return true;
		}
	}
	return false;
}

/* OR whose branches say nothing of the key is a filter. */
static void
CheckAlternatives(const BoundExpression *where, const ExpressionNode *node, const KeySchema *key)
{
	Branch *branches = palloc(sizeof(Branch) * node->operand_count);
	bool of_key = false;

	for (int i = 0; i < node->operand_count; i++)
	{
		ReadBranch(where, key, node->operands[i], &branches[i]);
		of_key |= branches[i].has_partition || branches[i].has_sort;
	}
	for (int i = 0; of_key && i < node->operand_count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int j = 0; j < i; j++)
		{
			if (PartitionsMeet(&branches[i], &branches[j]) && SortsMeet(&branches[i], &branches[j]))
				RaiseOverlap();
		}
	}
}

/* IN with one value twice. */
static void
CheckList(const Comparison *comparison)
{
	for (int i = 0; i < comparison->count; i++)
	{
		for (int j = 0; j < i; j++)
		{
			if (AttributeValueEqual(comparison->values[i], comparison->values[j]))
				RaiseOverlap();
		}
	}
}

void
WhereCheckOverlap(const BoundExpression *where, List *conjuncts, const KeySchema *key)
{
	ListCell *cell;

	foreach (cell, conjuncts)
	{
		const ExpressionNode *node = lfirst(cell);
		Comparison comparison;

		if (node->type == NODE_OPERATION && node->op->id == OPERATOR_OR)
			CheckAlternatives(where, node, key);
		else if (ComparisonRead(where, node, &comparison) && comparison.op == OPERATOR_IN &&
		         BytesEqual(comparison.attribute, key->partition[0].name))
			CheckList(&comparison);
	}
}
