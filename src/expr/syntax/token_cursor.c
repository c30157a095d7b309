/*
 * See token_cursor.h.
 */
#include "expr/syntax/token_cursor.h"

void
TokenCursorInit(TokenCursor *cursor, const TokenLanguage *language, Bytes text)
{
	*cursor = (TokenCursor){ .language = language, .text = text };
	cursor->token = language->next(text, 0);
}

Token
TokenAfter(const TokenCursor *cursor, Token token)
{
	int end = token.text.data + token.text.length - cursor->text.data;

	return cursor->language->next(cursor->text, end);
}

Token
PeekToken(const TokenCursor *cursor)
{
	return TokenAfter(cursor, cursor->token);
}

void
Advance(TokenCursor *cursor)
{
	cursor->previous = cursor->token;
	cursor->token = TokenAfter(cursor, cursor->token);
}

bool
AtSymbol(const TokenCursor *cursor, const char *symbol)
{
	return cursor->token.type == cursor->language->symbol &&
	       BytesEqual(cursor->token.text, BytesFromCString(symbol));
}

bool
AcceptSymbol(TokenCursor *cursor, const char *symbol)
{
	if (!AtSymbol(cursor, symbol))
		return false;
	Advance(cursor);
	return true;
}

void
ExpectSymbol(TokenCursor *cursor, const char *symbol)
{
	if (!AcceptSymbol(cursor, symbol))
		cursor->language->unexpected(cursor);
}

bool
AtWord(const TokenCursor *cursor, const char *word)
{
	const int *types = cursor->language->words;
	Token token = cursor->token;

	return (token.type == types[0] || token.type == types[1]) &&
	       token.text.length == (int) strlen(word) &&
	       pg_strncasecmp(token.text.data, word, token.text.length) == 0;
}

bool
AcceptWord(TokenCursor *cursor, const char *word)
{
	if (!AtWord(cursor, word))
		return false;
	Advance(cursor);
	return true;
}

void
ExpectWord(TokenCursor *cursor, const char *word)
{
	if (!AcceptWord(cursor, word))
		cursor->language->unexpected(cursor);
}
