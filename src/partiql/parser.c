/*
 * Tokens, errors, names and document paths of statements, by recursive descent
 * with one token of lookahead.
 */
#include "partiql/grammar.h"

#include "error/error.h"
#include "item/encoding.h"

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

	if (parser->tokens.token.type == STATEMENT_TOKEN_KEYWORD)
		what = "keyword";
	else if (parser->tokens.token.type == STATEMENT_TOKEN_UNKNOWN)
		what = "token";
	else if (IsOperatorMark(parser->tokens.token.text))
		what = "operator";
	StatementError("Unexpected %s", what);
	pg_unreachable();
}

void
UnexpectedPath(StatementParser *parser, Token token)
{
	int line = 1;
	int column = 1;

	for (const char *c = parser->tokens.text.data; c < token.text.data; c++)
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
	return parser->tokens.token.type == STATEMENT_TOKEN_IDENTIFIER ||
	       parser->tokens.token.type == STATEMENT_TOKEN_QUOTED;
}

Bytes
ParseName(StatementParser *parser)
{
	Bytes name = parser->tokens.token.text;

	if (!AtName(parser))
		UnexpectedToken(parser);
	if (parser->tokens.token.type == STATEMENT_TOKEN_QUOTED)
		name = StatementTokenUnquote(name);
	Advance(&parser->tokens);
	return name;
}

static PathStep
ParseIndexStep(StatementParser *parser)
{
	Bytes text = parser->tokens.token.text;
	int64 index = 0;

	if (parser->tokens.token.type != STATEMENT_TOKEN_NUMBER)
		UnexpectedPath(parser, parser->tokens.token);
	for (int i = 0; i < text.length && index <= PG_INT32_MAX; i++)
	{
		if (text.data[i] < '0' || text.data[i] > '9')
			UnexpectedPath(parser, parser->tokens.token);
		index = index * 10 + (text.data[i] - '0');
	}
	if (index > PG_INT32_MAX)
		ValidationError("List index is not within the allowable range; index: [%.*s]",
		                BYTES_ARGS(text));
	Advance(&parser->tokens);
	ExpectSymbol(&parser->tokens, "]");
	return (PathStep){ STEP_INDEX, (int) index };
}

static bool
ParseStep(StatementParser *parser, PathStep *step)
{
	if (AcceptSymbol(&parser->tokens, "["))
	{
		*step = ParseIndexStep(parser);
		return true;
	}
	if (!AcceptSymbol(&parser->tokens, "."))
		return false;
	if (!AtName(parser))
		UnexpectedPath(parser, parser->tokens.token);
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
