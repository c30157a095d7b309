/*
 * Finds the table of a statement by its tokens: it stands behind the first FROM,
 * INTO or UPDATE.
 */
#include "partiql/statement_table.h"

#include "partiql/lexer.h"

/* Nothing is expected, so that nothing is unexpected. */
static const TokenLanguage language = {
	.next = NextPlainStatementToken,
	.symbol = STATEMENT_TOKEN_SYMBOL,
	.words = { STATEMENT_TOKEN_IDENTIFIER, STATEMENT_TOKEN_IDENTIFIER },
};

static bool
PrecedesTable(const TokenCursor *cursor)
{
	return AtWord(cursor, "FROM") || AtWord(cursor, "INTO") || AtWord(cursor, "UPDATE");
}

static Bytes
NameOf(Token token)
{
	if (token.type == STATEMENT_TOKEN_IDENTIFIER)
		return token.text;
	if (token.type == STATEMENT_TOKEN_QUOTED)
		return StatementTokenUnquote(token.text);
	return (Bytes){ NULL, 0 };
}

void
StatementNames(Bytes statement, Bytes *table, Bytes *index)
{
	TokenCursor cursor;

	TokenCursorInit(&cursor, &language, statement);
	while (cursor.token.type != STATEMENT_TOKEN_END && !PrecedesTable(&cursor))
		Advance(&cursor);
	Advance(&cursor);
	*table = NameOf(cursor.token);
	*index = (Bytes){ NULL, 0 };
	Advance(&cursor);
	if (AcceptSymbol(&cursor, "."))
		*index = NameOf(cursor.token);
}
