/*
 * What the parsers of the kinds of expressions share: the state, tokens,
 * document paths, operands and functions.
 */
#ifndef DYNAMO_GRAMMAR_H
#define DYNAMO_GRAMMAR_H

#include "compat.h"
#include "expr/ast.h"
#include "expr/syntax/lexer.h"

#define MAX_EXPRESSION_SIZE 4096
/* Of updates and projections; conditions take them up to 2^31 - 1. */
#define MAX_LIST_INDEX (PG_UINT32_MAX - 1)
#define MAX_OPERATORS 300
#define MAX_IN_OPERANDS 100

typedef struct Parser
{
	TokenCursor tokens; /* first: what a cursor's `unexpected` gets is a parser's */
	ParsedExpression *result;
	int operator_count;
	bool has_sum;      /* whether the SET at hand has its + or - */
	char *first_error; /* the first fault that is none of syntax; NULL: none yet */
} Parser;

/* Raises the syntax error at the current token. */
pg_noreturn extern void SyntaxError(Parser *parser);

/* Keeps a fault for when the whole text has turned out to be well-formed. */
extern void NoteFault(Parser *parser, const char *format, ...) pg_attribute_printf(2, 3);

extern const Path *ParsePath(Parser *parser);
extern ExpressionNode *ParseValue(Parser *parser);

/* A path, a value or a function's call. */
extern ExpressionNode *ParseOperand(Parser *parser);

extern ExpressionNode *MakeOperation(Parser *parser, const Operator *op, List *operands);

/* Marks the node of "(node)" and rejects "((node))". */
extern ExpressionNode *MarkParentheses(Parser *parser, ExpressionNode *node);

/* The grammars. */
extern void ParseCondition(Parser *parser);
extern void ParseUpdate(Parser *parser);
extern void ParseProjection(Parser *parser);

#endif
