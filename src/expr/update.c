/*
 * Applying updates. The tree of changed paths is walked once beside the item,
 * and new nodes are made along it; everything on the right-hand sides reads the
 * old item, and list indexes are those of the old list. An element set beyond a
 * list's end is appended, several in the order of their indexes.
 */
#include "compat.h"
#include "expr/evaluate.h"
#include "expr/path_tree.h"
#include "item/compare.h"
#include "item/encoding.h"
#include "item/item_rules.h"
#include "item/number/number.h"

#include "miscadmin.h"

/* The value of an action's path afterwards; false: there is none. `old` may be NULL. */
typedef bool (*ActionFunction)(Evaluation *evaluation, const UpdateAction *action,
                               const AttributeValue *old, AttributeValue *result);

static AttributeValue EvaluateOperand(Evaluation *evaluation, const ExpressionNode *node);

static void
WrongOperand(const Evaluation *evaluation)
{
	ValidationError("%s", evaluation->bound->parsed->legacy ? TEXT_UPDATE_OPERAND_LEGACY
	                                                        : TEXT_UPDATE_OPERAND);
}

static AttributeValue
MakeNumber(Numeric number)
{
	AttributeValue value = { ATTRIBUTE_N };

	value.number = number;
	return value;
}

static AttributeValue
Arithmetic(Evaluation *evaluation, const ExpressionNode *node)
{
	AttributeValue left = EvaluateOperand(evaluation, node->operands[0]);
	AttributeValue right = EvaluateOperand(evaluation, node->operands[1]);

	if (left.type != ATTRIBUTE_N || right.type != ATTRIBUTE_N)
		WrongOperand(evaluation);
	return MakeNumber(node->op->id == OPERATOR_PLUS ? NumberAdd(left.number, right.number)
	                                                : NumberSubtract(left.number, right.number));
}

static AttributeValue
IfNotExists(Evaluation *evaluation, const ExpressionNode *node)
{
	const AttributeValue *value = EvaluatePath(evaluation, node->operands[0]->path);

	return value != NULL ? *value : EvaluateOperand(evaluation, node->operands[1]);
}

pg_noreturn static void
TooLarge(void)
{
	ValidationError(TEXT_ITEM_SIZE_UPDATE);
	pg_unreachable();
}

/* No item holds a list of more elements than it may have bytes. */
static AttributeValue
ConcatenateLists(const AttributeValue *parts, int part_count)
{
	AttributeValue list = { ATTRIBUTE_L };
	int64 count = 0;

	for (int i = 0; i < part_count; i++)
		count += parts[i].count;
	if (count > MAX_ITEM_SIZE)
		TooLarge();
	list.elements = palloc(sizeof(AttributeValue) * Max(count, 1));
	for (int i = 0; i < part_count; i++)
	{
		if (parts[i].count > 0)
			memcpy(&list.elements[list.count], parts[i].elements,
			       sizeof(AttributeValue) * parts[i].count);
		list.count += parts[i].count;
	}
	return list;
}

static bool
IsListAppend(const ExpressionNode *node)
{
	return node->type == NODE_OPERATION && node->op->id == OPERATOR_LIST_APPEND;
}

/* How many lists the calls in a list_append() put together. */
static int
CountParts(const ExpressionNode *node)
{
	check_stack_depth();
	if (!IsListAppend(node))
		return 1;
	return CountParts(node->operands[0]) + CountParts(node->operands[1]);
}

/* Evaluates them; returns where the next ones go. */
static AttributeValue *
CollectParts(Evaluation *evaluation, const ExpressionNode *node, AttributeValue *parts)
{
	AttributeValue *first = parts;
	AttributeValue *second;

	check_stack_depth();
	if (!IsListAppend(node))
	{
		*parts = EvaluateOperand(evaluation, node);
		return parts + 1;
	}
	second = CollectParts(evaluation, node->operands[0], parts);
	parts = CollectParts(evaluation, node->operands[1], second);
	if (first->type != ATTRIBUTE_L || second->type != ATTRIBUTE_L)
		WrongOperand(evaluation);
	return parts;
}

/* Calls within calls make one list, rather than a longer one at each call. */
static AttributeValue
ListAppend(Evaluation *evaluation, const ExpressionNode *node)
{
	int part_count = CountParts(node);
	AttributeValue *parts = palloc(sizeof(AttributeValue) * part_count);

	CollectParts(evaluation, node, parts);
	return ConcatenateLists(parts, part_count);
}

static bool
IsSet(const AttributeValue *value)
{
	return (TYPES_SETS & TYPE_BIT(value->type)) != 0;
}

/*
 * Merges two sets, each ascending: with `keep_second` their union, without it
 * the first one less the second.
 */
static AttributeValue
MergeSets(const AttributeValue *first, const AttributeValue *second, bool keep_second)
{
	AttributeValue merged = { first->type };
	int i = 0;
	int j = 0;

	merged.elements = palloc(sizeof(AttributeValue) * (first->count + second->count));
	while (i < first->count || j < second->count)
	{
		int order = i == first->count ? 1
		            : j == second->count
		                ? -1
		                : AttributeValueCompare(&first->elements[i], &second->elements[j]);

		if (order < 0 || (order == 0 && keep_second))
			merged.elements[merged.count++] = first->elements[i];
		else if (order > 0 && keep_second)
			merged.elements[merged.count++] = second->elements[j];
		i += order <= 0;
		j += order >= 0;
		CHECK_FOR_INTERRUPTS();
	}
	return merged;
}

/* An attribute that is not there is an empty set. */
static AttributeValue
SetOperand(Evaluation *evaluation, const ExpressionNode *node, AttributeType if_absent)
{
	if (node->type == NODE_PATH && EvaluatePath(evaluation, node->path) == NULL)
		return (AttributeValue){ if_absent };
	return EvaluateOperand(evaluation, node);
}

/* set_add() and set_delete(). */
static AttributeValue
ChangeSet(Evaluation *evaluation, const ExpressionNode *node)
{
	AttributeValue change = EvaluateOperand(evaluation, node->operands[1]);
	AttributeValue set = SetOperand(evaluation, node->operands[0], change.type);
	AttributeValue merged;

	if (!IsSet(&change) || set.type != change.type)
		WrongOperand(evaluation);
	merged = MergeSets(&set, &change, node->op->id == OPERATOR_SET_ADD);
	/* As in ListAppend. */
	if (node->operands[0]->type == NODE_OPERATION)
		pfree(set.elements);
	return merged;
}

static AttributeValue
EvaluateOperation(Evaluation *evaluation, const ExpressionNode *node)
{
	switch (node->op->id)
	{
		case OPERATOR_IF_NOT_EXISTS:
			return IfNotExists(evaluation, node);
		case OPERATOR_LIST_APPEND:
			return ListAppend(evaluation, node);
		case OPERATOR_SET_ADD:
		case OPERATOR_SET_DELETE:
			return ChangeSet(evaluation, node);
		default:
			return Arithmetic(evaluation, node);
	}
}

static AttributeValue
EvaluateOperand(Evaluation *evaluation, const ExpressionNode *node)
{
	const AttributeValue *value;

	check_stack_depth();
	if (node->type == NODE_OPERATION)
		return EvaluateOperation(evaluation, node);
	if (node->type == NODE_VALUE)
		return *evaluation->bound->values[node->value];
	value = EvaluatePath(evaluation, node->path);
	if (value == NULL)
		ValidationError(TEXT_ATTRIBUTE_ABSENT);
	return *value;
}

static bool
ApplySet(Evaluation *evaluation, const UpdateAction *action, const AttributeValue *old,
         AttributeValue *result)
{
	*result = EvaluateOperand(evaluation, action->operand);
	/* What set_delete() leaves empty is no attribute any more. */
	return !IsSet(result) || result->count > 0;
}

static bool
ApplyRemove(Evaluation *evaluation, const UpdateAction *action, const AttributeValue *old,
            AttributeValue *result)
{
	return false;
}

static bool
ApplyAdd(Evaluation *evaluation, const UpdateAction *action, const AttributeValue *old,
         AttributeValue *result)
{
	AttributeValue operand = EvaluateOperand(evaluation, action->operand);

	if (old == NULL)
		*result = operand;
	else if (old->type != operand.type)
		WrongOperand(evaluation);
	else if (operand.type == ATTRIBUTE_N)
		*result = MakeNumber(NumberAdd(old->number, operand.number));
	else if (operand.type == ATTRIBUTE_L)
		*result = ConcatenateLists((AttributeValue[]){ *old, operand }, 2);
	else
		*result = MergeSets(old, &operand, true);
	return true;
}

static bool
ApplyDelete(Evaluation *evaluation, const UpdateAction *action, const AttributeValue *old,
            AttributeValue *result)
{
	AttributeValue operand = EvaluateOperand(evaluation, action->operand);

	if (old == NULL)
		return false;
	if (!IsSet(old) || old->type != operand.type)
		WrongOperand(evaluation);
	*result = MergeSets(old, &operand, false);
	return result->count > 0;
}

static const ActionFunction action_functions[ACTION_TYPES] = {
	[ACTION_SET] = ApplySet,
	[ACTION_REMOVE] = ApplyRemove,
	[ACTION_ADD] = ApplyAdd,
	[ACTION_DELETE] = ApplyDelete,
};

/*
 * What an action leaves of the value at its path. All that actions have set is
 * part of the item, so that it may not be larger than an item even before the
 * item is there to be measured.
 */
static bool
ApplyAction(Evaluation *evaluation, const UpdateAction *action, const AttributeValue *old,
            AttributeValue *result)
{
	int depth = action->path->step_count - 1;

	CHECK_FOR_INTERRUPTS();
	if (!action_functions[action->type](evaluation, action, old, result))
		return false;
	evaluation->size_set += ValueRulesCheck(result, depth, MAX_ITEM_SIZE - evaluation->size_set);
	if (evaluation->size_set > MAX_ITEM_SIZE)
		TooLarge();
	return true;
}

static bool ApplyTree(Evaluation *evaluation, const PathTree *tree, const AttributeValue *old,
                      AttributeValue *result);

static AttributeValue
UpdateMap(Evaluation *evaluation, const PathTree *tree, const AttributeValue *old)
{
	AttributeValue map = { ATTRIBUTE_M };
	int i = 0;
	int j = 0;

	map.attributes = palloc(sizeof(Attribute) * (old->count + tree->child_count));
	while (i < old->count || j < tree->child_count)
	{
		const Attribute *before = i < old->count ? &old->attributes[i] : NULL;
		const PathTree *child = j < tree->child_count ? &tree->children[j] : NULL;
		Attribute *after = &map.attributes[map.count];
		int order = before == NULL  ? 1
		            : child == NULL ? -1
		                            : JsonbKeyCompare(before->name, child->name);

		after->name = order <= 0 ? before->name : child->name;
		if (order < 0)
			after->value = before->value;
		if (order < 0 ||
		    ApplyTree(evaluation, child, order == 0 ? &before->value : NULL, &after->value))
			map.count++;
		i += order <= 0;
		j += order >= 0;
	}
	return map;
}

static AttributeValue
UpdateList(Evaluation *evaluation, const PathTree *tree, const AttributeValue *old)
{
	AttributeValue list = { ATTRIBUTE_L };
	int j = 0;

	list.elements = palloc(sizeof(AttributeValue) * (old->count + tree->child_count));
	for (int i = 0; i < old->count; i++)
	{
		AttributeValue *after = &list.elements[list.count];

		if (j == tree->child_count || tree->children[j].index != i)
		{
			*after = old->elements[i];
			list.count++;
		}
		else if (ApplyTree(evaluation, &tree->children[j++], &old->elements[i], after))
			list.count++;
	}
	for (; j < tree->child_count; j++)
		list.count += ApplyTree(evaluation, &tree->children[j], NULL, &list.elements[list.count]);
	return list;
}

/* Of an item that is not there, REMOVE takes any path. */
static bool
OnlyRemoves(const PathTree *tree)
{
	check_stack_depth();
	if (tree->child_count == 0)
		return tree->action->type == ACTION_REMOVE;
	for (int i = 0; i < tree->child_count; i++)
	{
		if (!OnlyRemoves(&tree->children[i]))
			return false;
	}
	return true;
}

/* What stands where the tree's node leads; false: nothing does any more. */
static bool
ApplyTree(Evaluation *evaluation, const PathTree *tree, const AttributeValue *old,
          AttributeValue *result)
{
	if (tree->child_count == 0)
		return ApplyAction(evaluation, tree->action, old, result);
	if (evaluation->no_item && OnlyRemoves(tree))
		return false;
	if (old == NULL || old->type != (tree->by_index ? ATTRIBUTE_L : ATTRIBUTE_M))
		ValidationError(TEXT_PATH_INVALID);
	*result = tree->by_index ? UpdateList(evaluation, tree, old) : UpdateMap(evaluation, tree, old);
	return true;
}

AttributeValue
UpdateApply(const BoundExpression *update, const AttributeValue *item, bool exists)
{
	ItemView view = { .map = item };
	Evaluation evaluation;

	EvaluationInit(&evaluation, update, &view);
	evaluation.no_item = !exists;
	return UpdateMap(&evaluation, update->targets, item);
}

bool
UpdateChangesWithin(const BoundExpression *update, Bytes attribute)
{
	const PathTree *tree = PathTreeChild(update->targets, attribute);

	return tree != NULL && tree->child_count > 0;
}

bool
UpdateChanges(const BoundExpression *update, Bytes attribute)
{
	return PathTreeChild(update->targets, attribute) != NULL;
}

AttributeValue
UpdateProject(const BoundExpression *update, const AttributeValue *item)
{
	ItemView view = { .map = item };

	return ProjectionApply(update, &view);
}
