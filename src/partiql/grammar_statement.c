/*
 * The grammar of statements (developer guide, "PartiQL statements for
 * DynamoDB"):
 *
 *   statement := read | EXISTS ( read ) | INSERT INTO name VALUE value
 *                | UPDATE name change+ [WHERE condition]
 *                  [RETURNING (ALL | MODIFIED) (OLD | NEW) *]
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
		appendStringInfo(&label, "[%d]", path->steps[i].number);
	return (Bytes){ label.data, label.len };
}

static const Path *
ParseColumn(StatementParser *parser)
{
	StatementToken first = parser->token;
	const Path *path;

	if (!AtName(parser))
		UnexpectedPath(parser, first);
	path = ParseStatementPath(parser);
	if (AtMark(parser, "("))
		UnexpectedPath(parser, first);
	return path;
}

static void
ParseSelectList(StatementParser *parser)
{
	ParsedExpression *projection;
	int count = 0;

	if (AcceptMark(parser, "*"))
		return;
	BeginClause(parser, &parser->result->projection, EXPRESSION_PROJECTION);
	projection = parser->clause->parsed;
	do
		ParseColumn(parser);
	while (AcceptMark(parser, ","));
	projection->labels = palloc(sizeof(Bytes) * list_length(projection->paths));
	for (; count < list_length(projection->paths); count++)
		projection->labels[count] = PathLabel(list_nth(projection->paths, count));
}

static void
ParseWhere(StatementParser *parser)
{
	if (!AcceptWord(parser, "WHERE"))
		return;
	BeginClause(parser, &parser->result->where, EXPRESSION_CONDITION);
	parser->clause->parsed->condition = ParseStatementCondition(parser);
}

static StatementOrder *
ParseOrderTerm(StatementParser *parser)
{
	StatementOrder *term = palloc0(sizeof(StatementOrder));

	term->attribute = ParseName(parser);
	if (AcceptWord(parser, "DESC"))
		term->descending = true;
	else
		AcceptWord(parser, "ASC");
	return term;
}

static void
ParseOrder(StatementParser *parser)
{
	ParsedStatement *statement = parser->result;
	List *terms = NIL;
	ListCell *cell;

	if (!AcceptWord(parser, "ORDER"))
		return;
	ExpectWord(parser, "BY");
	do
		terms = lappend(terms, ParseOrderTerm(parser));
	while (AcceptMark(parser, ","));
	statement->order = palloc(sizeof(StatementOrder) * list_length(terms));
	foreach (cell, terms)
		statement->order[statement->order_count++] = *(StatementOrder *) lfirst(cell);
}

static void
ParseSelect(StatementParser *parser)
{
	parser->result->type = STATEMENT_SELECT;
	ParseSelectList(parser);
	ExpectWord(parser, "FROM");
	parser->result->table = ParseName(parser);
	if (AcceptMark(parser, "."))
		parser->result->index = ParseName(parser);
	ParseWhere(parser);
	ParseOrder(parser);
}

static void
ParseExists(StatementParser *parser)
{
	parser->result->exists = true;
	ExpectMark(parser, "(");
	ExpectWord(parser, "SELECT");
	ParseSelect(parser);
	ExpectMark(parser, ")");
}

/* PartiQL's other forms of INSERT, of a bag or list and SQL's VALUES, are not DynamoDB's. */
static void
RejectSeveralItems(const StatementParser *parser)
{
	if (AtMark(parser, "<<") || AtMark(parser, "[") || AtWord(parser, "VALUES"))
		ValidationError("Unsupported operation: Inserting multiple items in a single statement is "
		                "not supported, use \"INSERT INTO tableName VALUE item\" instead");
}

/* SQL's list of columns, up to the reserved word in it or after it that the service trips over. */
static void
SkipColumns(StatementParser *parser)
{
	while (AtMark(parser, "(") || AtMark(parser, ",") || AtMark(parser, ")") || AtName(parser))
		StatementAdvance(parser);
}

/* The item is a map, whose own level does not count, or a parameter that must be one. */
static void
ParseInsert(StatementParser *parser)
{
	parser->result->type = STATEMENT_INSERT;
	ExpectWord(parser, "INTO");
	parser->result->table = ParseName(parser);
	RejectSeveralItems(parser);
	SkipColumns(parser);
	ExpectWord(parser, "VALUE");
	if (!AtMark(parser, "{") && parser->token.type != STATEMENT_TOKEN_PARAMETER)
		UnexpectedToken(parser);
	parser->result->item = ParseValueTemplate(parser, -1);
}

static void
ParseAction(StatementParser *parser, ActionType type)
{
	UpdateAction *action = palloc0(sizeof(UpdateAction));

	action->type = type;
	action->path = ParseStatementPath(parser);
	if (type == ACTION_SET)
	{
		ExpectMark(parser, "=");
		action->operand = ParseStatementSum(parser);
	}
	parser->clause->parsed->actions = lappend(parser->clause->parsed->actions, action);
}

/* Each word may come again, and one that a comma follows need not. */
static bool
ParseChange(StatementParser *parser)
{
	ActionType type = AtWord(parser, "SET") ? ACTION_SET : ACTION_REMOVE;

	if (!AcceptWord(parser, action_names[type]))
		return false;
	do
		ParseAction(parser, type);
	while (AcceptMark(parser, ","));
	return true;
}

/* RETURNING, its two words of which there are four pairs, and *. */
static void
ParseReturning(StatementParser *parser)
{
	bool modified;
	bool new;

	if (!AcceptWord(parser, "RETURNING"))
		return;
	modified = AcceptWord(parser, "MODIFIED");
	if (!modified)
		ExpectWord(parser, "ALL");
	new = AcceptWord(parser, "NEW");
	if (!new)
		ExpectWord(parser, "OLD");
	ExpectMark(parser, "*");
	if (new)
		parser->result->returning = modified ? RETURNING_MODIFIED_NEW : RETURNING_ALL_NEW;
	else
		parser->result->returning = modified ? RETURNING_MODIFIED_OLD : RETURNING_ALL_OLD;
}

static void
ParseUpdateStatement(StatementParser *parser)
{
	parser->result->type = STATEMENT_UPDATE;
	parser->result->table = ParseName(parser);
	BeginClause(parser, &parser->result->update, EXPRESSION_UPDATE);
	if (!ParseChange(parser))
		StatementError("Expected data manipulation");
	while (ParseChange(parser))
		;
	ParseWhere(parser);
	ParseReturning(parser);
}

static void
ParseDelete(StatementParser *parser)
{
	parser->result->type = STATEMENT_DELETE;
	ExpectWord(parser, "FROM");
	parser->result->table = ParseName(parser);
	ParseWhere(parser);
	ParseReturning(parser);
	if (parser->result->returning != RETURNING_NONE &&
	    parser->result->returning != RETURNING_ALL_OLD)
		ValidationError("Only ALL OLD * can be returned by a DELETE statement");
}

static const struct
{
	const char *word;
	void (*parse)(StatementParser *parser);
} statements[] = {
	{ "SELECT", ParseSelect },          { "EXISTS", ParseExists }, { "INSERT", ParseInsert },
	{ "UPDATE", ParseUpdateStatement }, { "DELETE", ParseDelete },
};

static void
ParseAny(StatementParser *parser)
{
	for (int i = 0; i < lengthof(statements); i++)
	{
		if (AcceptWord(parser, statements[i].word))
		{
			statements[i].parse(parser);
			return;
		}
	}
	StatementError("Expected data manipulation");
}

/* SQL's clauses that DynamoDB's dialect has not. */
static void
RejectClause(const StatementParser *parser)
{
	static const char *const words[] = { "GROUP", "HAVING", "LIMIT",     "OFFSET",
		                                 "JOIN",  "UNION",  "INTERSECT", "EXCEPT" };

	for (int i = 0; i < lengthof(words); i++)
	{
		if (AtWord(parser, words[i]))
			ValidationError("Unsupported clause: %s", words[i]);
	}
}

ParsedStatement *
ParseStatement(Bytes text)
{
	StatementParser parser = { .text = text };

	parser.result = palloc0(sizeof(ParsedStatement));
	parser.token = NextStatementToken(text, 0);
	ParseAny(&parser);
	AcceptMark(&parser, ";");
	if (parser.token.type == STATEMENT_TOKEN_END)
		return parser.result;
	RejectClause(&parser);
	StatementError("Unexpected token after expression");
}
