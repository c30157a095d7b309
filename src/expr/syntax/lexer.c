/*
 * Cuts an expression's text into tokens. It keeps no state and never fails:
 * what no expression may hold is a token of its own, which the parser rejects.
 */
#include "expr/syntax/lexer.h"

#include "mb/pg_wchar.h"

static inline bool
IsLetter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool
IsDigit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
IsWordCharacter(char c)
{
	return IsLetter(c) || IsDigit(c) || c == '_';
}

static inline bool
IsSpace(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static int
RunLength(Bytes text, int offset, bool (*accepts)(char))
{
	int end = offset;

	while (end < text.length && accepts(text.data[end]))
		end++;
	return end - offset;
}

/* The length of the operator or punctuation mark at `offset`; 0 where there is none. */
static int
SymbolLength(Bytes text, int offset)
{
	char c = text.data[offset];
	char next = offset + 1 < text.length ? text.data[offset + 1] : ' ';

	if ((c == '<' && (next == '=' || next == '>')) || (c == '>' && next == '='))
		return 2;
	return c != '\0' && strchr("=<>(),.[]+-", c) != NULL ? 1 : 0;
}

static int
CharacterLength(Bytes text, int offset)
{
	int length = pg_utf_mblen((const unsigned char *) text.data + offset);

	return Min(length, text.length - offset);
}

/* A placeholder is its mark and at least one word character. */
static Token
PlaceholderToken(Bytes text, int offset)
{
	int name_length = RunLength(text, offset + 1, IsWordCharacter);
	TokenType type = text.data[offset] == '#' ? TOKEN_NAME : TOKEN_VALUE;

	return (Token){ name_length > 0 ? type : TOKEN_UNKNOWN,
		            { text.data + offset, 1 + name_length } };
}

Token
NextToken(Bytes expression, int offset)
{
	const char *start;
	int length;

	offset += RunLength(expression, offset, IsSpace);
	start = expression.data + offset;
	if (offset >= expression.length)
		return (Token){ TOKEN_END, { start, 0 } };
	if (IsLetter(*start))
		return (Token){ TOKEN_IDENTIFIER,
			            { start, RunLength(expression, offset, IsWordCharacter) } };
	/* No number has zeros in front: each is one of its own. */
	if (IsDigit(*start))
		return (Token){ TOKEN_NUMBER,
			            { start, *start == '0' ? 1 : RunLength(expression, offset, IsDigit) } };
	if (*start == '#' || *start == ':')
		return PlaceholderToken(expression, offset);
	length = SymbolLength(expression, offset);
	if (length > 0)
		return (Token){ TOKEN_SYMBOL, { start, length } };
	return (Token){ TOKEN_UNKNOWN, { start, CharacterLength(expression, offset) } };
}
