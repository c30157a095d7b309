/*
 * Cuts a statement into tokens. It keeps no state and never fails: what no
 * statement may hold is a token of its own, which the parser rejects.
 */
#include "partiql/lexer.h"

#include "partiql/keyword.h"

static const char *const long_symbols[] = { "<=", ">=", "<>", "!=", "<<", ">>", "||" };

static inline bool
IsDigit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
IsWordStart(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

static inline bool
IsWordCharacter(char c)
{
	return IsWordStart(c) || IsDigit(c);
}

static inline bool
IsSpace(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/* The character at `offset`, U+0000 beyond the end. */
static inline char
At(Bytes text, int offset)
{
	return offset < text.length ? text.data[offset] : '\0';
}

static int
RunEnd(Bytes text, int offset, bool (*accepts)(char))
{
	while (offset < text.length && accepts(text.data[offset]))
		offset++;
	return offset;
}

static int
LineEnd(Bytes text, int offset)
{
	while (offset < text.length && text.data[offset] != '\n')
		offset++;
	return offset;
}

/* Where the comment that starts at `offset` ends; -1 where it does not. */
static int
CommentEnd(Bytes text, int offset)
{
	for (offset += 2; offset + 1 < text.length; offset++)
	{
		if (text.data[offset] == '*' && text.data[offset + 1] == '/')
			return offset + 2;
	}
	return -1;
}

/* Skips white space and comments; a comment that does not end stays. */
static int
SkipBlank(Bytes text, int offset)
{
	for (;;)
	{
		int end;

		offset = RunEnd(text, offset, IsSpace);
		if (At(text, offset) == '-' && At(text, offset + 1) == '-')
			offset = LineEnd(text, offset);
		else if (At(text, offset) == '/' && At(text, offset + 1) == '*' &&
		         (end = CommentEnd(text, offset)) > 0)
			offset = end;
		else
			return offset;
	}
}

static Token
MakeToken(StatementTokenType type, Bytes text, int offset, int end)
{
	return (Token){ type, { text.data + offset, end - offset } };
}

/* Where the exponent at `offset` ends; `offset` itself where there is none. */
static int
ExponentEnd(Bytes text, int offset)
{
	int digits = offset + 1;

	if (At(text, offset) != 'e' && At(text, offset) != 'E')
		return offset;
	if (At(text, digits) == '+' || At(text, digits) == '-')
		digits++;
	return IsDigit(At(text, digits)) ? RunEnd(text, digits, IsDigit) : offset;
}

static Token
NumberToken(Bytes text, int offset)
{
	int end = RunEnd(text, offset, IsDigit);

	if (At(text, end) == '.' && IsDigit(At(text, end + 1)))
		end = RunEnd(text, end + 1, IsDigit);
	end = ExponentEnd(text, end);
	if (IsWordStart(At(text, end)))
		return MakeToken(STATEMENT_TOKEN_UNKNOWN, text, offset, RunEnd(text, end, IsWordCharacter));
	return MakeToken(STATEMENT_TOKEN_NUMBER, text, offset, end);
}

static StatementTokenType
QuotedTokenType(char quote)
{
	return quote == '"' ? STATEMENT_TOKEN_QUOTED : STATEMENT_TOKEN_STRING;
}

/* A quote inside is doubled. */
static Token
QuotedToken(Bytes text, int offset)
{
	char quote = text.data[offset];

	for (int end = offset + 1; end < text.length; end++)
	{
		if (text.data[end] != quote)
			continue;
		if (At(text, end + 1) != quote)
			return MakeToken(QuotedTokenType(quote), text, offset, end + 1);
		end++;
	}
	return MakeToken(STATEMENT_TOKEN_UNKNOWN, text, offset, text.length);
}

static Token
SymbolToken(Bytes text, int offset)
{
	for (int i = 0; i < lengthof(long_symbols); i++)
	{
		if (At(text, offset) == long_symbols[i][0] && At(text, offset + 1) == long_symbols[i][1])
			return MakeToken(STATEMENT_TOKEN_SYMBOL, text, offset, offset + 2);
	}
	return MakeToken(text.data[offset] != '\0' && strchr("=<>(){}[],.:;+-*/%", text.data[offset])
	                     ? STATEMENT_TOKEN_SYMBOL
	                     : STATEMENT_TOKEN_UNKNOWN,
	                 text, offset, offset + 1);
}

Token
NextPlainStatementToken(Bytes statement, int offset)
{
	char c;

	offset = SkipBlank(statement, offset);
	if (offset >= statement.length)
		return MakeToken(STATEMENT_TOKEN_END, statement, statement.length, statement.length);
	c = statement.data[offset];
	if (IsWordStart(c))
		return MakeToken(STATEMENT_TOKEN_IDENTIFIER, statement, offset,
		                 RunEnd(statement, offset, IsWordCharacter));
	if (IsDigit(c))
		return NumberToken(statement, offset);
	if (c == '"' || c == '\'')
		return QuotedToken(statement, offset);
	if (c == '?')
		return MakeToken(STATEMENT_TOKEN_PARAMETER, statement, offset, offset + 1);
	return SymbolToken(statement, offset);
}

Token
NextStatementToken(Bytes statement, int offset)
{
	Token token = NextPlainStatementToken(statement, offset);

	if (token.type == STATEMENT_TOKEN_IDENTIFIER && IsKeyword(token.text))
		token.type = STATEMENT_TOKEN_KEYWORD;
	return token;
}

Bytes
StatementTokenUnquote(Bytes text)
{
	char quote = text.data[0];
	Bytes inside = { text.data + 1, text.length - 2 };
	char *copy;
	int length = 0;

	if (BytesFind(inside, quote) == NULL)
		return inside;
	copy = palloc(inside.length);
	for (int i = 0; i < inside.length; i++)
	{
		copy[length++] = inside.data[i];
		i += inside.data[i] == quote;
	}
	return (Bytes){ copy, length };
}
