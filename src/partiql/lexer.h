/*
 * The tokens of PartiQL statements.
 */
#ifndef DYNAMO_STATEMENT_LEXER_H
#define DYNAMO_STATEMENT_LEXER_H

#include "item/value.h"

typedef enum StatementTokenType
{
	STATEMENT_TOKEN_END,
	STATEMENT_TOKEN_IDENTIFIER,
	STATEMENT_TOKEN_KEYWORD,   /* a reserved word */
	STATEMENT_TOKEN_QUOTED,    /* an identifier in double quotes */
	STATEMENT_TOKEN_STRING,    /* in single quotes */
	STATEMENT_TOKEN_BLOB,      /* in backquotes */
	STATEMENT_TOKEN_NUMBER,    /* without a sign */
	STATEMENT_TOKEN_PARAMETER, /* ? */
	STATEMENT_TOKEN_SYMBOL,    /* an operator or punctuation */
	STATEMENT_TOKEN_UNKNOWN    /* what no statement has, such as a string that does not end */
} StatementTokenType;

typedef struct StatementToken
{
	StatementTokenType type;
	Bytes text; /* as it is written, in the statement; empty at its end */
} StatementToken;

/* The token at `offset` or after the white space and comments there. */
extern StatementToken NextStatementToken(Bytes statement, int offset);

/* What a token in quotes stands for: without them, and doubled quotes made single. */
extern Bytes StatementTokenUnquote(Bytes text);

#endif
