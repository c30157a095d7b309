/*
 * Tokens, errors, names and document paths of statements, by recursive descent
 * with one token of lookahead.
 */
#include "partiql/grammar.h"

#include "error/error.h"
#include "item/encoding.h"

static int
TokenEnd(const StatementParser *parser)
{
	return parser->token.text.data + parser->token.text.length - parser->text.data;
}

void
StatementAdvance(StatementParser *parser)
{
	parser->token = StatementPeek(parser);
}

StatementToken
StatementPeek(const StatementParser *parser)
{
	return NextStatementToken(parser->text, TokenEnd(parser));
}

static bool
IsOperatorMark(Bytes text)
{
	static const char *const marks[] = { "=", "<>", "!=", "<", "<=", ">", ">=",
		                                 "+", "-",  "*",  "/", "%",  "||" };

	for (int i = 0; i < lengthof(marks); i++)
	{
		if (BytesEqual(text, BytesFromCString(marks[i])))
			return true;
	}
	return false;
}

void
UnexpectedToken(StatementParser *parser)
{
	const char *what = "term";

	if (parser->token.type == STATEMENT_TOKEN_KEYWORD)
		what = "keyword";
	else if (parser->token.type == STATEMENT_TOKEN_UNKNOWN)
		what = "token";
	else if (IsOperatorMark(parser->token.text))
		what = "operator";
	StatementError("Unexpected %s", what);
	pg_unreachable();
}

void
UnexpectedPath(StatementParser *parser, StatementToken token)
{
	int line = 1;
	int column = 1;

	for (const char *c = parser->text.data; c < token.text.data; c++)
	{
		line += *c == '\n';
		if (*c == '\n')
			column = 1;
		else
			column += (*c & 0xC0) != 0x80;
	}
	ValidationError("Unexpected path component at %d:%d:%d", line, column, token.text.length);
	pg_unreachable();
}

bool
AtMark(const StatementParser *parser, const char *symbol)
{
	return parser->token.type == STATEMENT_TOKEN_SYMBOL &&
	       BytesEqual(parser->token.text, BytesFromCString(symbol));
}

bool
AcceptMark(StatementParser *parser, const char *symbol)
{
	if (!AtMark(parser, symbol))
		return false;
	StatementAdvance(parser);
	return true;
}

void
ExpectMark(StatementParser *parser, const char *symbol)
{
	if (!AcceptMark(parser, symbol))
		UnexpectedToken(parser);
}

bool
AtWord(const StatementParser *parser, const char *word)
{
	Bytes text = parser->token.text;

	return (parser->token.type == STATEMENT_TOKEN_IDENTIFIER ||
	        parser->token.type == STATEMENT_TOKEN_KEYWORD) &&
	       text.length == (int) strlen(word) && pg_strncasecmp(text.data, word, text.length) == 0;
}

bool
AcceptWord(StatementParser *parser, const char *word)
{
	if (!AtWord(parser, word))
		return false;
	StatementAdvance(parser);
	return true;
}

void
ExpectWord(StatementParser *parser, const char *word)
{
	if (!AcceptWord(parser, word))
		UnexpectedToken(parser);
}

void
BeginClause(StatementParser *parser, StatementClause *clause, ExpressionKind kind)
{
	clause->parsed = palloc0(sizeof(ParsedExpression));
	clause->parsed->kind = kind;
	clause->parsed->of_statement = true;
	parser->clause = clause;
}

bool
AtName(const StatementParser *parser)
{
	return parser->token.type == STATEMENT_TOKEN_IDENTIFIER ||
	       parser->token.type == STATEMENT_TOKEN_QUOTED;
}

Bytes
ParseName(StatementParser *parser)
{
	Bytes name = parser->token.text;

	if (!AtName(parser))
		UnexpectedToken(parser);
	if (parser->token.type == STATEMENT_TOKEN_QUOTED)
		name = StatementTokenUnquote(name);
	StatementAdvance(parser);
	return name;
}

static PathStep
ParseIndexStep(StatementParser *parser)
{
	Bytes text = parser->token.text;
	int64 index = 0;

	if (parser->token.type != STATEMENT_TOKEN_NUMBER)
		UnexpectedPath(parser, parser->token);
	for (int i = 0; i < text.length && index <= PG_INT32_MAX; i++)
	{
		if (text.data[i] < '0' || text.data[i] > '9')
			UnexpectedPath(parser, parser->token);
		index = index * 10 + (text.data[i] - '0');
	}
	if (index > PG_INT32_MAX)
		ValidationError("List index is not within the allowable range; index: [%.*s]",
		                BYTES_ARGS(text));
	StatementAdvance(parser);
	ExpectMark(parser, "]");
	return (PathStep){ STEP_INDEX, (int) index };
}

static bool
ParseStep(StatementParser *parser, PathStep *step)
{
	if (AcceptMark(parser, "["))
	{
		*step = ParseIndexStep(parser);
		return true;
	}
	if (!AcceptMark(parser, "."))
		return false;
	if (!AtName(parser))
		UnexpectedPath(parser, parser->token);
	*step = (PathStep){ STEP_NAME, 0, ParseName(parser) };
	return true;
}

const Path *
ParseStatementPath(StatementParser *parser)
{
	Path *path = palloc0(sizeof(Path));
	PathStep steps[MAX_NESTING];
	PathStep step = { STEP_NAME, 0, ParseName(parser) };

	do
	{
		if (path->step_count == MAX_NESTING)
			ValidationError("The document path has too many nesting elements; nesting levels: %d",
			                MAX_NESTING + 1);
		steps[path->step_count++] = step;
	} while (ParseStep(parser, &step));
	path->steps = memcpy(palloc(sizeof(PathStep) * path->step_count), steps,
	                     sizeof(PathStep) * path->step_count);
	ParsedExpressionAddPath(parser->clause->parsed, path);
	return path;
}
