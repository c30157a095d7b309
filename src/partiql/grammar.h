/*
 * What the parts of PartiQL's grammar share: the state, tokens, errors, document
 * paths and values.
 */
#ifndef DYNAMO_STATEMENT_GRAMMAR_H
#define DYNAMO_STATEMENT_GRAMMAR_H

#include "compat.h"
#include "partiql/lexer.h"
#include "partiql/parsed_statement.h"

#include "lib/stringinfo.h"

typedef struct StatementParser
{
	TokenCursor tokens; /* first: what a cursor's `unexpected` gets is a parser's */
	ParsedStatement *result;
	StatementClause *clause; /* the one that is being read */
	int operator_count;
	const Path *target;   /* what a value is assigned to */
	bool in_function;     /* keywords in paths have a text of their own there */
	StringInfoData under; /* where in a literal the parser is: "root.a[0]" */
} StatementParser;

/* Raises "Statement wasn't well formed, can't be processed: ...". */
#define StatementError(format, ...) ValidationError(TEXT_STATEMENT format, ##__VA_ARGS__)

/* Raises what is wrong with the current token where something else should stand. */
pg_noreturn extern void UnexpectedToken(StatementParser *parser);

/* The token's place for errors, "line:column:length" from 1, in characters; palloc'd. */
extern char *TokenPlace(const StatementParser *parser, Token token);

/* Raises an error about a token, with its place. */
pg_noreturn extern void UnexpectedPath(StatementParser *parser, Token token);

/*
 * Whether a number follows, with signs or a point before it. ParseNumberText takes it and returns
 * it as a number is written, palloc'd.
 */
extern bool AtNumber(const StatementParser *parser);
extern Bytes ParseNumberText(StatementParser *parser);

/* Begins a part of the statement that is an expression. */
extern void BeginClause(StatementParser *parser, StatementClause *clause, ExpressionKind kind);

extern bool AtName(const StatementParser *parser);
extern Bytes ParseName(StatementParser *parser);
extern const Path *ParseStatementPath(StatementParser *parser);

/* Functions are called by a word, be it reserved. */
extern bool AtCall(const StatementParser *parser);

/* A literal or a parameter. */
extern bool AtValue(const StatementParser *parser);

/* `depth` lists and maps stand around the value. */
extern ValueTemplate *ParseValueTemplate(StatementParser *parser, int depth);

/* A node of the clause for a value. */
extern ExpressionNode *AddValue(StatementParser *parser, ValueTemplate *value);
extern ExpressionNode *AddString(StatementParser *parser, const char *string);

/* A value of SET: an operand, a call, a sum; and of WHERE, a condition. */
extern ExpressionNode *ParseStatementSum(StatementParser *parser);
extern ExpressionNode *ParseStatementCondition(StatementParser *parser);

/* A path, and IS with a type where that follows it: whether it does. */
extern bool ParseStatementTypeTest(StatementParser *parser);

#endif
