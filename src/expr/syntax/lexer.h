/*
 * The tokens of DynamoDB's expressions.
 */
#ifndef DYNAMO_LEXER_H
#define DYNAMO_LEXER_H

#include "expr/syntax/token_cursor.h"

typedef enum TokenType
{
	TOKEN_END,
	TOKEN_IDENTIFIER, /* also every keyword and function name */
	TOKEN_NAME,       /* #name */
	TOKEN_VALUE,      /* :value */
	TOKEN_NUMBER,     /* digits, as in [0] */
	TOKEN_SYMBOL,     /* an operator or punctuation */
	TOKEN_UNKNOWN     /* a character that no expression has */
} TokenType;

/* The token at `offset` or after the white space there. */
extern Token NextToken(Bytes expression, int offset);

#endif
