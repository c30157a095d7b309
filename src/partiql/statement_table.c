/*
 * Finds the table of a statement by its tokens: it stands behind the first FROM,
 * INTO or UPDATE.
 */
#include "partiql/statement_table.h"

#include "partiql/lexer.h"

static const char *const words_before_table[] = { "FROM", "INTO", "UPDATE" };

static StatementToken
TokenAfter(Bytes statement, StatementToken token)
{
	return NextStatementToken(statement, token.text.data + token.text.length - statement.data);
}

static bool
PrecedesTable(StatementToken token)
{
	for (int i = 0; i < lengthof(words_before_table); i++)
	{
		if (token.type == STATEMENT_TOKEN_KEYWORD &&
		    token.text.length == strlen(words_before_table[i]) &&
		    pg_strncasecmp(token.text.data, words_before_table[i], token.text.length) == 0)
			return true;
	}
	return false;
}

static Bytes
NameOf(StatementToken token)
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
	StatementToken token = NextStatementToken(statement, 0);

	while (token.type != STATEMENT_TOKEN_END && !PrecedesTable(token))
		token = TokenAfter(statement, token);
	token = TokenAfter(statement, token);
	*table = NameOf(token);
	*index = (Bytes){ NULL, 0 };
	token = TokenAfter(statement, token);
	if (token.type == STATEMENT_TOKEN_SYMBOL && BytesEqual(token.text, BYTES_LITERAL(".")))
		*index = NameOf(TokenAfter(statement, token));
}
