/*
 * Reading a text token by token, with one token of lookahead: what the parsers of expressions and
 * of statements share.
 */
#ifndef DYNAMO_TOKEN_CURSOR_H
#define DYNAMO_TOKEN_CURSOR_H

#include "item/value.h"

typedef struct Token
{
	int type;   /* of the lexer's; 0 at the end of the text */
	Bytes text; /* as it is written; empty at the end */
} Token;

typedef struct TokenCursor TokenCursor;

/* How a language's tokens are read. */
typedef struct TokenLanguage
{
	Token (*next)(Bytes text, int offset);   /* the token at `offset` or after the blanks there */
	int symbol;                              /* the type of operators and punctuation */
	int words[2];                            /* the types that words have */
	void (*unexpected)(TokenCursor *cursor); /* raises what is wrong with the current token */
} TokenLanguage;

struct TokenCursor
{
	const TokenLanguage *language;
	Bytes text;
	Token previous; /* no text before the first */
	Token token;    /* the one to be read */
};

extern void TokenCursorInit(TokenCursor *cursor, const TokenLanguage *language, Bytes text);
extern void Advance(TokenCursor *cursor);

/* The token after the current one, or after another one of the text. */
extern Token PeekToken(const TokenCursor *cursor);
extern Token TokenAfter(const TokenCursor *cursor, Token token);

/* Whether the current token is the symbol; Accept takes it then, Expect raises where it is not. */
extern bool AtSymbol(const TokenCursor *cursor, const char *symbol);
extern bool AcceptSymbol(TokenCursor *cursor, const char *symbol);
extern void ExpectSymbol(TokenCursor *cursor, const char *symbol);

/* The same of a word, in any case. */
extern bool AtWord(const TokenCursor *cursor, const char *word);
extern bool AcceptWord(TokenCursor *cursor, const char *word);
extern void ExpectWord(TokenCursor *cursor, const char *word);

#endif
