/*
 * The tokens of PartiQL statements.
 */
#ifndef DYNAMO_STATEMENT_LEXER_H
#define DYNAMO_STATEMENT_LEXER_H

#include "expr/syntax/token_cursor.h"

typedef enum StatementTokenType
{
	STATEMENT_TOKEN_END,
	STATEMENT_TOKEN_IDENTIFIER,
	STATEMENT_TOKEN_KEYWORD,   /* a reserved word */
	STATEMENT_TOKEN_QUOTED,    /* an identifier in double quotes */
	STATEMENT_TOKEN_STRING,    /* in single quotes */
	STATEMENT_TOKEN_NUMBER,    /* without a sign */
	STATEMENT_TOKEN_PARAMETER, /* ? */
	STATEMENT_TOKEN_SYMBOL,    /* an operator or punctuation */
	STATEMENT_TOKEN_UNKNOWN    /* what no statement has, such as a string that does not end */
} StatementTokenType;

/* The token at `offset` or after the white space and comments there. */
extern Token NextStatementToken(Bytes statement, int offset);

/* The same, but that reserved words are identifiers too: they are not looked up. */
extern Token NextPlainStatementToken(Bytes statement, int offset);

/* What a token in quotes stands for: without them, and doubled quotes made single. */
extern Bytes StatementTokenUnquote(Bytes text);

#endif
