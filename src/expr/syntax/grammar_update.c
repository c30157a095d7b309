/*
 * The grammar of update expressions:
 *
 *   update := section+, each kind at most once
 *   section := SET path = sum, ... | REMOVE path, ...
 *              | ADD path :value, ... | DELETE path :value, ...
 *   sum    := term [(+ | -) term], of which parentheses may hold one, but a SET has one + or - in
 * all term   := ( sum ) | path | :value | function ( ... )
 */
#include "expr/syntax/grammar.h"

#include "miscadmin.h"
#include "nodes/pg_list.h"

static ExpressionNode *ParseSum(Parser *parser);

static ExpressionNode *
ParseTerm(Parser *parser)
{
	ExpressionNode *node;

	check_stack_depth();
	if (!AcceptSymbol(&parser->tokens, "("))
		return ParseOperand(parser);
	node = ParseSum(parser);
	ExpectSymbol(&parser->tokens, ")");
	return MarkParentheses(parser, node);
}

static ExpressionNode *
ParseSum(Parser *parser)
{
	ExpressionNode *sum = ParseTerm(parser);
	OperatorId id = AtSymbol(&parser->tokens, "+") ? OPERATOR_PLUS : OPERATOR_MINUS;

	if (!AtSymbol(&parser->tokens, operators[id].name))
		return sum;
	if (parser->has_sum)
		SyntaxError(parser);
	parser->has_sum = true;
	Advance(&parser->tokens);
	return MakeOperation(parser, &operators[id], list_make2(sum, ParseTerm(parser)));
}

static void
ParseAction(Parser *parser, ActionType type)
{
	UpdateAction *action = palloc0(sizeof(UpdateAction));

	action->type = type;
	action->path = ParsePath(parser);
	if (type == ACTION_SET)
	{
		ExpectSymbol(&parser->tokens, "=");
		parser->has_sum = false;
		action->operand = ParseSum(parser);
	}
	else if (type != ACTION_REMOVE)
		action->operand = ParseValue(parser);
	parser->result->actions = lappend(parser->result->actions, action);
}

static bool
ParseSection(Parser *parser, bool *seen)
{
	for (ActionType type = 0; type < ACTION_TYPES; type++)
	{
		if (!AcceptWord(&parser->tokens, action_names[type]))
			continue;
		if (seen[type])
			NoteFault(parser, TEXT_SECTION_TWICE, action_names[type]);
		seen[type] = true;
		do
			ParseAction(parser, type);
		while (AcceptSymbol(&parser->tokens, ","));
		return true;
	}
	return false;
}

void
ParseUpdate(Parser *parser)
{
	bool seen[ACTION_TYPES] = { false };

	while (ParseSection(parser, seen))
		;
}
