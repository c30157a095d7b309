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

	/* These are operators to the service also where none can stand. */
	if (AtWord(&parser->tokens, "IS") || AtWord(&parser->tokens, "LIKE") ||
	    IsOperatorMark(parser->tokens.token.text))
		what = "operator";
	else if (parser->tokens.token.type == STATEMENT_TOKEN_KEYWORD)
		what = "keyword";
	else if (parser->tokens.token.type == STATEMENT_TOKEN_UNKNOWN)
		what = "token";
	StatementError(TEXT_STATEMENT_UNEXPECTED, what);
	pg_unreachable();
}

static int
CountCharacters(const char *from, const char *to)
{
	int count = 0;

	for (; from < to; from++)
		count += (*from & 0xC0) != 0x80;
	return count;
}

char *
TokenPlace(const StatementParser *parser, Token token)
{
	const char *line_start = parser->tokens.text.data;
	int line = 1;

	for (const char *c = line_start; c < token.text.data; c++)
	{
		line += *c == '\n';
		if (*c == '\n')
			line_start = c + 1;
	}
	return psprintf("%d:%d:%d", line, CountCharacters(line_start, token.text.data) + 1,
	                CountCharacters(token.text.data, token.text.data + token.text.length));
}

void
UnexpectedPath(StatementParser *parser, Token token)
{
	ValidationError(TEXT_PATH_UNEXPECTED, TokenPlace(parser, token));
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
	if (name.length == 0)
		ValidationError(TEXT_COMPONENT_EMPTY);
	Advance(&parser->tokens);
	return name;
}

/* The number after signs or a point, where there is one. */
static bool
FindNumber(const StatementParser *parser, Token *number)
{
	Token token = parser->tokens.token;

	while (token.type == STATEMENT_TOKEN_SYMBOL && token.text.length == 1 &&
	       strchr("+-", token.text.data[0]) != NULL)
		token = TokenAfter(&parser->tokens, token);
	*number = token;
	if (token.type == STATEMENT_TOKEN_NUMBER)
		return true;
	if (token.type != STATEMENT_TOKEN_SYMBOL || !BytesEqual(token.text, BYTES_LITERAL(".")))
		return false;
	*number = TokenAfter(&parser->tokens, token);
	return number->type == STATEMENT_TOKEN_NUMBER &&
	       number->text.data == token.text.data + token.text.length &&
	       BytesFind(number->text, '.') == NULL;
}

bool
AtNumber(const StatementParser *parser)
{
	Token number;

	return FindNumber(parser, &number);
}

Bytes
ParseNumberText(StatementParser *parser)
{
	StringInfoData text;
	bool negative = false;

	for (; AtSymbol(&parser->tokens, "-") || AtSymbol(&parser->tokens, "+");
	     Advance(&parser->tokens))
		negative ^= AtSymbol(&parser->tokens, "-");
	initStringInfo(&text);
	if (negative)
		appendStringInfoChar(&text, '-');
	if (AcceptSymbol(&parser->tokens, "."))
		appendStringInfoChar(&text, '.');
	appendBinaryStringInfo(&text, parser->tokens.token.text.data, parser->tokens.token.text.length);
	Advance(&parser->tokens);
	return (Bytes){ text.data, text.len };
}

/* The place that is told is that of the number without its sign. */
static PathStep
ParseIndexStep(StatementParser *parser)
{
	Token number;
	Bytes text;
	Bytes digits;
	int64 index = 0;

	if (!FindNumber(parser, &number))
		UnexpectedPath(parser, parser->tokens.token);
	text = ParseNumberText(parser);
	digits = text.data[0] == '-' ? (Bytes){ text.data + 1, text.length - 1 } : text;
	for (int i = 0; i < digits.length && index <= PG_INT32_MAX; i++)
	{
		if (digits.data[i] < '0' || digits.data[i] > '9')
			UnexpectedPath(parser, number);
		index = index * 10 + (digits.data[i] - '0');
	}
	if (index > PG_INT32_MAX || (index > 0 && text.data[0] == '-'))
		ValidationError(TEXT_LIST_INDEX, BytesToCString(text), TokenPlace(parser, number));
	ExpectSymbol(&parser->tokens, "]");
	return (PathStep){ STEP_INDEX, (uint32) index };
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
	if (parser->in_function && parser->tokens.token.type == STATEMENT_TOKEN_KEYWORD)
		StatementError(TEXT_STATEMENT_KEYWORD);
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
			ValidationError(TEXT_PATH_DEPTH, MAX_NESTING + 1);
		steps[path->step_count++] = step;
	} while (ParseStep(parser, &step));
	path->steps = memcpy(palloc(sizeof(PathStep) * path->step_count), steps,
	                     sizeof(PathStep) * path->step_count);
	ParsedExpressionAddPath(parser->clause->parsed, path);
	return path;
}
