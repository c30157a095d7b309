/*
 * Making and showing the nodes of expressions.
 */
#include "expr/ast.h"

#include "lib/stringinfo.h"

const char *const action_names[ACTION_TYPES] = {
	[ACTION_SET] = "SET",
	[ACTION_REMOVE] = "REMOVE",
	[ACTION_ADD] = "ADD",
	[ACTION_DELETE] = "DELETE",
};

const char *
ExpressionKindName(ExpressionKind kind)
{
	static const char *const names[] = {
		[EXPRESSION_CONDITION] = "ConditionExpression",
		[EXPRESSION_FILTER] = "FilterExpression",
		[EXPRESSION_KEY_CONDITION] = "KeyConditionExpression",
		[EXPRESSION_SEARCH_CONDITION] = "SearchConditionExpression",
		[EXPRESSION_UPDATE] = "UpdateExpression",
		[EXPRESSION_PROJECTION] = "ProjectionExpression",
	};

	return names[kind];
}

const char *
ExpressionErrorPrefix(const ParsedExpression *expression)
{
	return expression->of_statement
	           ? ""
	           : psprintf(TEXT_INVALID_EXPRESSION, ExpressionKindName(expression->kind));
}

char *
PathToString(const BoundExpression *bound, const Path *path)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < path->step_count; i++)
	{
		const PathStep *step = &path->steps[i];

		appendStringInfoString(&text, i == 0 ? "[" : ", ");
		if (StepIsIndex(step))
			appendStringInfo(&text, "[%u]", step->number);
		else
			appendStringInfo(&text, "%.*s", BYTES_ARGS(StepName(bound, step)));
	}
	appendStringInfoChar(&text, ']');
	return text.data;
}

ExpressionNode *
MakePathNode(const Path *path)
{
	ExpressionNode *node = palloc0(sizeof(ExpressionNode));

	node->type = NODE_PATH;
	node->path = path;
	return node;
}

ExpressionNode *
MakeValueNode(int number)
{
	ExpressionNode *node = palloc0(sizeof(ExpressionNode));

	node->type = NODE_VALUE;
	node->value = number;
	return node;
}

ExpressionNode *
MakeOperationNode(const Operator *op, List *operands)
{
	ExpressionNode *node = palloc0(sizeof(ExpressionNode));
	ListCell *cell;

	node->type = NODE_OPERATION;
	node->op = op;
	node->operands = palloc(sizeof(ExpressionNode *) * list_length(operands));
	foreach (cell, operands)
		node->operands[node->operand_count++] = lfirst(cell);
	return node;
}

/* Whether two paths begin with the same attribute, as far as the text tells. */
static bool
SameRoot(const PathStep *a, const PathStep *b)
{
	if (a->type != b->type)
		return false;
	return a->type == STEP_PLACEHOLDER ? a->number == b->number : BytesEqual(a->name, b->name);
}

void
ParsedExpressionAddPath(ParsedExpression *expression, Path *path)
{
	ListCell *cell;

	path->root = -1;
	foreach (cell, expression->paths)
	{
		const Path *other = lfirst(cell);

		if (SameRoot(other->steps, path->steps))
		{
			path->root = other->root;
			break;
		}
	}
	if (path->root < 0)
		path->root = expression->root_count++;
	expression->paths = lappend(expression->paths, path);
}
