/*
 * The grammar of statements (developer guide, "PartiQL statements for
 * DynamoDB"):
 *
 *   statement := read | EXISTS ( read ) | INSERT INTO name VALUE value
 *                | UPDATE name change+ [WHERE condition]
 *                  [RETURNING (ALL | MODIFIED) (OLD | NEW) *]
 *                | FROM name [WHERE condition] change+ [RETURNING ...]
 *                | DELETE FROM name [WHERE condition] [RETURNING ALL OLD *]
 *   read      := SELECT (* | path, ...) FROM name[.name] [WHERE condition]
 *                [ORDER BY name [ASC | DESC], ...]
 *   change    := SET path = sum, ... | REMOVE path, ...
 */
#include "partiql/grammar.h"
#include "partiql/parser.h"

#include "error/error.h"

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "utils/formatting.h"

/* What a value of SELECT is called: its path from the last name on. */
static Bytes
PathLabel(const Path *path)
{
	int last = path->step_count - 1;
	StringInfoData label;

	while (StepIsIndex(&path->steps[last]))
		last--;
	if (last == path->step_count - 1)
		return path->steps[last].name;
	initStringInfo(&label);
	appendBinaryStringInfo(&label, path->steps[last].name.data, path->steps[last].name.length);
	for (int i = last + 1; i < path->step_count; i++)
		appendStringInfo(&label, "[%u]", path->steps[i].number);
	return (Bytes){ label.data, label.len };
}

static const Path *
ParseColumn(StatementParser *parser)
{
	Token first = parser->tokens.token;
	const Path *path;

	if (first.type == STATEMENT_TOKEN_END || AtSymbol(&parser->tokens, ","))
		UnexpectedToken(parser);
	if (!AtName(parser))
		UnexpectedPath(parser, first);
	path = ParseStatementPath(parser);
	if (AtSymbol(&parser->tokens, "("))
		UnexpectedPath(parser, first);
	if (AtWord(&parser->tokens, "AS") || AtName(parser))
		ValidationError(TEXT_ALIAS);
	return path;
}

/* COUNT(*), which is told later than others. */
static bool
AcceptCount(StatementParser *parser)
{
	static const char *const symbols[] = { "(", "*", ")" };
	TokenCursor after = parser->tokens;

	if (!AcceptWord(&after, "COUNT"))
		return false;
	for (int i = 0; i < lengthof(symbols); i++)
	{
		if (!AcceptSymbol(&after, symbols[i]))
			return false;
	}
	parser->result->count_place = TokenPlace(parser, parser->tokens.token);
	parser->tokens = after;
	return true;
}

static void
ParseSelectList(StatementParser *parser)
{
	ParsedExpression *projection;
	int count = 0;

	if (AcceptSymbol(&parser->tokens, "*") || AcceptCount(parser))
		return;
	BeginClause(parser, &parser->result->projection, EXPRESSION_PROJECTION);
	projection = parser->clause->parsed;
	do
		ParseColumn(parser);
	while (AcceptSymbol(&parser->tokens, ","));
	projection->labels = palloc(sizeof(Bytes) * list_length(projection->paths));
	for (; count < list_length(projection->paths); count++)
		projection->labels[count] = PathLabel(list_nth(projection->paths, count));
}

static void
ParseWhere(StatementParser *parser)
{
	if (!AcceptWord(&parser->tokens, "WHERE"))
		return;
	BeginClause(parser, &parser->result->where, EXPRESSION_CONDITION);
	parser->clause->parsed->condition = ParseStatementCondition(parser);
}

static StatementOrder *
ParseOrderTerm(StatementParser *parser)
{
	StatementOrder *term = palloc0(sizeof(StatementOrder));

	term->attribute = ParseName(parser);
	if (AcceptWord(&parser->tokens, "DESC"))
		term->descending = true;
	else
		AcceptWord(&parser->tokens, "ASC");
	return term;
}

static void
ParseOrder(StatementParser *parser)
{
	ParsedStatement *statement = parser->result;
	List *terms = NIL;
	ListCell *cell;

	if (!AcceptWord(&parser->tokens, "ORDER"))
		return;
	ExpectWord(&parser->tokens, "BY");
	do
		terms = lappend(terms, ParseOrderTerm(parser));
	while (AcceptSymbol(&parser->tokens, ","));
	statement->order = palloc(sizeof(StatementOrder) * list_length(terms));
	foreach (cell, terms)
		statement->order[statement->order_count++] = *(StatementOrder *) lfirst(cell);
}

/* A table, or an index of one. */
static void
ParseTable(StatementParser *parser)
{
	ParsedStatement *statement = parser->result;

	statement->table = ParseName(parser);
	if (AcceptSymbol(&parser->tokens, "."))
		statement->index = ParseName(parser);
	if (AtSymbol(&parser->tokens, "."))
		ValidationError(TEXT_FROM_COMPONENTS);
	/* RETURNING is no reserved word. */
	if (AtWord(&parser->tokens, "AS") || (AtName(parser) && !AtWord(&parser->tokens, "RETURNING")))
		ValidationError(TEXT_ALIAS);
}

/* The same of what is written. */
static void
ParseTableToWrite(StatementParser *parser)
{
	ParseTable(parser);
	if (parser->result->index.data != NULL)
		ValidationError(TEXT_WRITE_INDEX);
}

static void
ParseSelect(StatementParser *parser)
{
	parser->result->type = STATEMENT_SELECT;
	ParseSelectList(parser);
	ExpectWord(&parser->tokens, "FROM");
	ParseTable(parser);
	if (parser->result->count_place != NULL && parser->result->index.data == NULL)
		ValidationError(TEXT_PATH_UNEXPECTED, parser->result->count_place);
	ParseWhere(parser);
	ParseOrder(parser);
}

static void
ParseExists(StatementParser *parser)
{
	parser->result->exists = true;
	ExpectSymbol(&parser->tokens, "(");
	ExpectWord(&parser->tokens, "SELECT");
	ParseSelect(parser);
	ExpectSymbol(&parser->tokens, ")");
}

/* PartiQL's other forms of INSERT, of a bag or list and SQL's VALUES, are not DynamoDB's. */
static void
RejectSeveralItems(const StatementParser *parser)
{
	if (AtSymbol(&parser->tokens, "<<") || AtSymbol(&parser->tokens, "[") ||
	    AtWord(&parser->tokens, "VALUES"))
		ValidationError(TEXT_INSERT_SEVERAL);
}

/* SQL's list of columns, up to the reserved word in it or after it that the service trips over. */
static void
SkipColumns(StatementParser *parser)
{
	while (AtSymbol(&parser->tokens, "(") || AtSymbol(&parser->tokens, ",") ||
	       AtSymbol(&parser->tokens, ")") || AtName(parser))
		Advance(&parser->tokens);
}

/* The item is a map, whose own level does not count, or a parameter that must be one. */
static void
ParseInsert(StatementParser *parser)
{
	parser->result->type = STATEMENT_INSERT;
	ExpectWord(&parser->tokens, "INTO");
	parser->result->table = ParseName(parser);
	if (AtWord(&parser->tokens, "AS") || AtName(parser))
		StatementError(TEXT_STATEMENT_AFTER);
	RejectSeveralItems(parser);
	SkipColumns(parser);
	ExpectWord(&parser->tokens, "VALUE");
	if (!AtSymbol(&parser->tokens, "{") && parser->tokens.token.type != STATEMENT_TOKEN_PARAMETER)
		UnexpectedToken(parser);
	parser->result->item = ParseValueTemplate(parser, -1);
}

static void
ParseAction(StatementParser *parser, ActionType type)
{
	UpdateAction *action = palloc0(sizeof(UpdateAction));

	action->type = type;
	parser->in_function = true;
	action->path = ParseStatementPath(parser);
	parser->in_function = false;
	parser->target = action->path;
	if (type == ACTION_SET)
	{
		ExpectSymbol(&parser->tokens, "=");
		action->operand = ParseStatementSum(parser);
	}
	parser->clause->parsed->actions = lappend(parser->clause->parsed->actions, action);
}

/* Each word may come again, and one that a comma follows need not. */
static bool
ParseChange(StatementParser *parser)
{
	ActionType type = AtWord(&parser->tokens, "SET") ? ACTION_SET : ACTION_REMOVE;

	if (!AcceptWord(&parser->tokens, action_names[type]))
		return false;
	do
		ParseAction(parser, type);
	while (AcceptSymbol(&parser->tokens, ","));
	return true;
}

/* RETURNING, its two words of which there are four pairs, and *. */
static void
ParseReturning(StatementParser *parser)
{
	bool modified;
	bool new;

	if (!AcceptWord(&parser->tokens, "RETURNING"))
		return;
	modified = AcceptWord(&parser->tokens, "MODIFIED");
	if (!modified)
		ExpectWord(&parser->tokens, "ALL");
	new = AcceptWord(&parser->tokens, "NEW");
	if (!new)
		ExpectWord(&parser->tokens, "OLD");
	ExpectSymbol(&parser->tokens, "*");
	if (new)
		parser->result->returning = modified ? RETURNING_MODIFIED_NEW : RETURNING_ALL_NEW;
	else
		parser->result->returning = modified ? RETURNING_MODIFIED_OLD : RETURNING_ALL_OLD;
}

static void
ParseChanges(StatementParser *parser)
{
	BeginClause(parser, &parser->result->update, EXPRESSION_UPDATE);
	if (!ParseChange(parser))
		StatementError(TEXT_STATEMENT_NO_CHANGE);
	while (ParseChange(parser))
		;
}

static void
ParseUpdateStatement(StatementParser *parser)
{
	parser->result->type = STATEMENT_UPDATE;
	ParseTableToWrite(parser);
	ParseChanges(parser);
	ParseWhere(parser);
	ParseReturning(parser);
}

/* The same with its parts in another order. */
static void
ParseFromFirst(StatementParser *parser)
{
	parser->result->type = STATEMENT_UPDATE;
	ParseTableToWrite(parser);
	ParseWhere(parser);
	ParseChanges(parser);
	ParseReturning(parser);
}

static void
ParseDelete(StatementParser *parser)
{
	static const char *const returned[] = {
		[RETURNING_NONE] = NULL,
		[RETURNING_ALL_OLD] = NULL,
		[RETURNING_MODIFIED_OLD] = "MODIFIED OLD",
		[RETURNING_ALL_NEW] = "ALL NEW",
		[RETURNING_MODIFIED_NEW] = "MODIFIED NEW",
	};

	parser->result->type = STATEMENT_DELETE;
	ExpectWord(&parser->tokens, "FROM");
	if (!AtName(parser))
		StatementError(TEXT_STATEMENT_NO_TABLE);
	ParseTableToWrite(parser);
	ParseWhere(parser);
	ParseReturning(parser);
	if (returned[parser->result->returning] != NULL)
		ValidationError(TEXT_RETURNING_DELETE, returned[parser->result->returning]);
}

static const struct
{
	const char *word;
	void (*parse)(StatementParser *parser);
} statements[] = {
	{ "SELECT", ParseSelect },          { "EXISTS", ParseExists }, { "INSERT", ParseInsert },
	{ "UPDATE", ParseUpdateStatement }, { "DELETE", ParseDelete }, { "FROM", ParseFromFirst },
};

/* An expression alone is no statement; one that tests a type has a text of its own. */
static void
RejectTypeTest(StatementParser *parser)
{
	BeginClause(parser, &parser->result->where, EXPRESSION_CONDITION);
	if (!AtName(parser))
		return;
	if (ParseStatementTypeTest(parser) && parser->tokens.token.type == STATEMENT_TOKEN_END)
		ValidationError(TEXT_TYPE_TEST);
}

static void
ParseAny(StatementParser *parser)
{
	for (int i = 0; i < lengthof(statements); i++)
	{
		if (AcceptWord(&parser->tokens, statements[i].word))
		{
			statements[i].parse(parser);
			return;
		}
	}
	RejectTypeTest(parser);
	StatementError(TEXT_STATEMENT_NO_CHANGE);
}

/* SQL's clauses that DynamoDB's dialect has not. */
static void
RejectClause(const StatementParser *parser)
{
	static const char *const words[] = { "GROUP", "HAVING", "LIMIT",     "OFFSET",
		                                 "JOIN",  "UNION",  "INTERSECT", "EXCEPT" };

	for (int i = 0; i < lengthof(words); i++)
	{
		if (AtWord(&parser->tokens, words[i]))
			ValidationError(TEXT_CLAUSE, words[i]);
	}
}

static void
RaiseUnexpected(TokenCursor *cursor)
{
	UnexpectedToken((StatementParser *) cursor);
}

static const TokenLanguage language = {
	.next = NextStatementToken,
	.symbol = STATEMENT_TOKEN_SYMBOL,
	.words = { STATEMENT_TOKEN_IDENTIFIER, STATEMENT_TOKEN_KEYWORD },
	.unexpected = RaiseUnexpected,
};

/* Whether the number's exponent, and its scale, fit 32 bits. */
static bool
FitsScale(Bytes number)
{
	const char *end = number.data + number.length;
	const char *point = BytesFind(number, '.');
	int64 fraction = 0;
	int64 exponent = 0;
	bool negative = false;
	const char *c = point != NULL ? point + 1 : number.data;

	for (; c < end && *c >= '0' && *c <= '9'; c++)
		fraction += point != NULL;
	for (c += c < end; c < end && exponent <= PG_INT32_MAX; c++)
	{
		negative |= *c == '-';
		if (*c >= '0' && *c <= '9')
			exponent = exponent * 10 + (*c - '0');
	}
	if (negative)
		exponent = -exponent;
	return exponent == (int32) exponent && fraction - exponent == (int32) (fraction - exponent);
}

/*
 * What cannot be a token is told before what the tokens cannot be; the service says no more.
 * PartiQL has @ and `...` of its own, which DynamoDB's dialect has not.
 */
static void
CheckTokens(Bytes text)
{
	TokenCursor tokens;

	for (TokenCursorInit(&tokens, &language, text); tokens.token.type != STATEMENT_TOKEN_END;
	     Advance(&tokens))
	{
		Token token = tokens.token;
		char start = token.text.data[0];
		bool comment = start == '/' && token.text.data + 1 < text.data + text.length &&
		               token.text.data[1] == '*';

		if (comment || (token.type == STATEMENT_TOKEN_UNKNOWN && start != '@' && start != '`') ||
		    (token.type == STATEMENT_TOKEN_NUMBER && !FitsScale(token.text)))
			StatementError("");
	}
}

ParsedStatement *
ParseStatement(Bytes text)
{
	StatementParser parser = { 0 };

	CheckTokens(text);
	parser.result = palloc0(sizeof(ParsedStatement));
	TokenCursorInit(&parser.tokens, &language, text);
	ParseAny(&parser);
	AcceptSymbol(&parser.tokens, ";");
	if (parser.tokens.token.type == STATEMENT_TOKEN_END)
		return parser.result;
	RejectClause(&parser);
	StatementError(TEXT_STATEMENT_AFTER);
}
