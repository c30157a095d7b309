/*
 * The grammar of condition, filter and key condition expressions:
 *
 *   condition  := conjunction (OR conjunction)*
 *   conjunction := negation (AND negation)*
 *   negation   := NOT negation | predicate
 *   predicate  := primary | primary comparison primary
 *                 | primary BETWEEN primary AND primary
 *                 | primary IN ( primary, ... )
 *   primary    := ( condition or primary ) | path | :value | function ( ... )
 */
#include "expr/syntax/grammar.h"

#include "miscadmin.h"
#include "nodes/pg_list.h"

static ExpressionNode *ParseDisjunction(Parser *parser, bool operand_allowed);

static bool
IsCondition(const ExpressionNode *node)
{
	return node->type == NODE_OPERATION && node->op->is_condition;
}

static bool
IsCall(const ExpressionNode *node)
{
	return node->type == NODE_OPERATION && node->op->is_function;
}

static ExpressionNode *
ParsePrimary(Parser *parser)
{
	ExpressionNode *node;

	check_stack_depth();
	if (!AcceptSymbol(&parser->tokens, "("))
		return ParseOperand(parser);
	node = ParseDisjunction(parser, true);
	ExpectSymbol(&parser->tokens, ")");
	return MarkParentheses(parser, node);
}

/* A predicate's operand must be a value; a comparison in parentheses is none. */
static ExpressionNode *
CheckValueOperand(Parser *parser, ExpressionNode *node)
{
	if (IsCondition(node) && !IsCall(node))
		SyntaxError(parser);
	if (IsCondition(node))
		NoteFault(parser, TEXT_FUNCTION_MISUSED, node->op->name);
	return node;
}

static ExpressionNode *
ParseValuePrimary(Parser *parser)
{
	return CheckValueOperand(parser, ParsePrimary(parser));
}

static List *
ParseInList(Parser *parser, ExpressionNode *first)
{
	List *operands = list_make1(first);

	ExpectSymbol(&parser->tokens, "(");
	do
		operands = lappend(operands, ParseValuePrimary(parser));
	while (AcceptSymbol(&parser->tokens, ","));
	ExpectSymbol(&parser->tokens, ")");
	if (list_length(operands) - 1 > MAX_IN_OPERANDS)
		NoteFault(parser, TEXT_IN_OPERANDS, list_length(operands) - 1);
	return operands;
}

static List *
ParseBetween(Parser *parser, ExpressionNode *first)
{
	ExpressionNode *lower = ParseValuePrimary(parser);

	ExpectWord(&parser->tokens, "AND");
	return list_make3(first, lower, ParseValuePrimary(parser));
}

/* A value where a condition should stand: at best a function. */
static ExpressionNode *
CheckLonePrimary(Parser *parser, ExpressionNode *node, bool operand_allowed)
{
	if (IsCondition(node) || (operand_allowed && AtSymbol(&parser->tokens, ")")))
		return node;
	if (!IsCall(node))
		SyntaxError(parser);
	NoteFault(parser, TEXT_FUNCTION_MISUSED, node->op->name);
	return node;
}

static ExpressionNode *
ParsePredicate(Parser *parser, bool operand_allowed)
{
	ExpressionNode *first = ParsePrimary(parser);
	const Operator *comparison = NULL;

	if (parser->tokens.token.type == TOKEN_SYMBOL)
		comparison = FindComparison(parser->tokens.token.text);
	if (comparison != NULL)
	{
		CheckValueOperand(parser, first);
		Advance(&parser->tokens);
		return MakeOperation(parser, comparison, list_make2(first, ParseValuePrimary(parser)));
	}
	if (AtWord(&parser->tokens, "BETWEEN"))
	{
		CheckValueOperand(parser, first);
		Advance(&parser->tokens);
		return MakeOperation(parser, &operators[OPERATOR_BETWEEN], ParseBetween(parser, first));
	}
	if (AtWord(&parser->tokens, "IN"))
	{
		CheckValueOperand(parser, first);
		Advance(&parser->tokens);
		return MakeOperation(parser, &operators[OPERATOR_IN], ParseInList(parser, first));
	}
	return CheckLonePrimary(parser, first, operand_allowed);
}

static ExpressionNode *
ParseNegation(Parser *parser, bool operand_allowed)
{
	check_stack_depth();
	if (!AcceptWord(&parser->tokens, "NOT"))
		return ParsePredicate(parser, operand_allowed);
	return MakeOperation(parser, &operators[OPERATOR_NOT],
	                     list_make1(ParseNegation(parser, false)));
}

static ExpressionNode *
ParseConjunction(Parser *parser, bool operand_allowed)
{
	List *terms = list_make1(ParseNegation(parser, operand_allowed));

	while (AcceptWord(&parser->tokens, "AND"))
		terms = lappend(terms, ParseNegation(parser, false));
	if (list_length(terms) == 1)
		return linitial(terms);
	return MakeOperation(parser, &operators[OPERATOR_AND], terms);
}

static ExpressionNode *
ParseDisjunction(Parser *parser, bool operand_allowed)
{
	List *terms = list_make1(ParseConjunction(parser, operand_allowed));

	while (AcceptWord(&parser->tokens, "OR"))
		terms = lappend(terms, ParseConjunction(parser, false));
	if (list_length(terms) == 1)
		return linitial(terms);
	return MakeOperation(parser, &operators[OPERATOR_OR], terms);
}

void
ParseCondition(Parser *parser)
{
	parser->result->condition = ParseDisjunction(parser, false);
}
