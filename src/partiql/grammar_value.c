/*
 * The grammar of values (developer guide, "PartiQL data types for DynamoDB"):
 *
 *   value := ? | 'string' | (+|-)* number | TRUE | FALSE | NULL
 *            | [ value, ... ] | { 'name': value, ... } | << value, ... >>
 *
 * Binaries can only be parameters, and a parameter can only be a value of its own
 * or a member of the item that INSERT puts.
 */
#include "partiql/grammar.h"

#include "error/error.h"
#include "item/encoding.h"
#include "item/item_rules.h"
#include "item/number/number.h"

#include "miscadmin.h"
#include "utils/formatting.h"

static const struct
{
	const char *word;
	AttributeType type;
	bool boolean;
} constants[] = {
	{ "TRUE", ATTRIBUTE_BOOL, true },
	{ "FALSE", ATTRIBUTE_BOOL, false },
	{ "NULL", ATTRIBUTE_NULL },
};

static bool
AtConstantWord(const StatementParser *parser)
{
	for (int i = 0; i < lengthof(constants); i++)
	{
		if (AtWord(&parser->tokens, constants[i].word))
			return true;
	}
	return false;
}

bool
AtValue(const StatementParser *parser)
{
	return parser->tokens.token.type == STATEMENT_TOKEN_STRING ||
	       parser->tokens.token.type == STATEMENT_TOKEN_PARAMETER ||
	       AtSymbol(&parser->tokens, "[") || AtSymbol(&parser->tokens, "{") ||
	       AtSymbol(&parser->tokens, "<<") || AtNumber(parser) || AtConstantWord(parser);
}

static void
ParseString(StatementParser *parser, AttributeValue *value)
{
	Bytes text = StatementTokenUnquote(parser->tokens.token.text);

	*value = (AttributeValue){ ATTRIBUTE_S, text.length };
	value->bytes = text.data;
	Advance(&parser->tokens);
}

static void
ParseNumber(StatementParser *parser, ValueTemplate *value)
{
	const char *fault;

	value->spelt = ParseNumberText(parser);
	value->constant = (AttributeValue){ ATTRIBUTE_N };
	fault = NumberRead(value->spelt, &value->constant.number);
	if (fault != NULL)
		ValidationError("%s" TEXT_UNDER, fault, parser->under.data);
}

static void
ParseConstantWord(StatementParser *parser, AttributeValue *value)
{
	for (int i = 0; i < lengthof(constants); i++)
	{
		if (!AcceptWord(&parser->tokens, constants[i].word))
			continue;
		*value = (AttributeValue){ constants[i].type };
		if (value->type == ATTRIBUTE_BOOL)
			value->boolean = constants[i].boolean;
		return;
	}
	UnexpectedToken(parser);
}

static void
ParseScalar(StatementParser *parser, ValueTemplate *value)
{
	if (parser->tokens.token.type == STATEMENT_TOKEN_STRING)
		ParseString(parser, &value->constant);
	else if (AtNumber(parser))
		ParseNumber(parser, value);
	else
		ParseConstantWord(parser, &value->constant);
}

static ValueTemplate *ParseWithin(StatementParser *parser, int depth);

static Bytes
ParseMemberName(StatementParser *parser)
{
	Bytes name;

	if (parser->tokens.token.type != STATEMENT_TOKEN_STRING)
		UnexpectedToken(parser);
	name = StatementTokenUnquote(parser->tokens.token.text);
	AttributeNameRequire(name);
	Advance(&parser->tokens);
	ExpectSymbol(&parser->tokens, ":");
	return name;
}

/* The `number`th member of a container. Each member of the item that INSERT puts is a root. */
static ValueTemplate *
ParseMember(StatementParser *parser, TemplateType container, int number, int depth)
{
	int outside = parser->under.len;
	Bytes name = { 0 };
	ValueTemplate *member;

	if (container == TEMPLATE_MAP)
	{
		name = ParseMemberName(parser);
		if (depth > 0)
			appendStringInfo(&parser->under, ".%.*s", BYTES_ARGS(name));
	}
	else
		appendStringInfo(&parser->under, "[%d]", number);
	member = ParseWithin(parser, depth);
	member->name = name;
	parser->under.len = outside;
	parser->under.data[outside] = '\0';
	return member;
}

/* The members up to the closing mark, which ends them. */
static void
ParseMembers(StatementParser *parser, ValueTemplate *value, int depth, const char *close)
{
	List *members = NIL;
	ListCell *cell;

	if (!AtSymbol(&parser->tokens, close))
	{
		do
			members =
			    lappend(members, ParseMember(parser, value->type, list_length(members), depth));
		while (AcceptSymbol(&parser->tokens, ","));
	}
	ExpectSymbol(&parser->tokens, close);
	value->elements = palloc(sizeof(ValueTemplate *) * Max(list_length(members), 1));
	foreach (cell, members)
		value->elements[value->count++] = lfirst(cell);
	TemplateFold(value, parser->under.data);
}

static const struct
{
	const char *open;
	const char *close;
	TemplateType type;
} containers[] = {
	{ "[", "]", TEMPLATE_LIST },
	{ "{", "}", TEMPLATE_MAP },
	{ "<<", ">>", TEMPLATE_SET },
};

/* Raises that literals do not hold what stands at the current token. */
static void
RejectValue(const StatementParser *parser, const char *what)
{
	ValidationError(TEXT_VALUE_UNSUPPORTED, what, parser->under.data,
	                TokenPlace(parser, parser->tokens.token));
}

static void
RejectCall(const StatementParser *parser)
{
	const Operator *function = FindStatementFunction(parser->tokens.token.text);

	if (function == NULL)
		ValidationError(
		    TEXT_FUNCTION_UNKNOWN,
		    asc_tolower(parser->tokens.token.text.data, parser->tokens.token.text.length),
		    TokenPlace(parser, parser->tokens.token));
	RejectValue(parser, function->name);
}

/* A value that is a literal's own or within it. */
static ValueTemplate *
ParseWithin(StatementParser *parser, int depth)
{
	ValueTemplate *value = palloc0(sizeof(ValueTemplate));

	check_stack_depth();
	if (depth >= MAX_NESTING)
		ValidationError(TEXT_NESTING_STATEMENT TEXT_UNDER, parser->under.data);
	if (parser->tokens.token.type == STATEMENT_TOKEN_PARAMETER)
	{
		if (depth > 0)
			RejectValue(parser, "Parameter");
		value->type = TEMPLATE_PARAMETER;
		value->parameter = parser->result->parameter_count++;
		Advance(&parser->tokens);
		return value;
	}
	for (int i = 0; i < lengthof(containers); i++)
	{
		if (!AcceptSymbol(&parser->tokens, containers[i].open))
			continue;
		value->type = containers[i].type;
		ParseMembers(parser, value, depth + 1, containers[i].close);
		return value;
	}
	if (AtCall(parser))
		RejectCall(parser);
	ParseScalar(parser, value);
	return value;
}

ValueTemplate *
ParseValueTemplate(StatementParser *parser, int depth)
{
	initStringInfo(&parser->under);
	appendStringInfoString(&parser->under, "root");
	return ParseWithin(parser, depth);
}

ExpressionNode *
AddValue(StatementParser *parser, ValueTemplate *value)
{
	parser->clause->values = lappend(parser->clause->values, value);
	return MakeValueNode(parser->clause->parsed->value_count++);
}

ExpressionNode *
AddString(StatementParser *parser, const char *string)
{
	ValueTemplate *value = palloc0(sizeof(ValueTemplate));

	value->constant = (AttributeValue){ ATTRIBUTE_S, strlen(string) };
	value->constant.bytes = string;
	return AddValue(parser, value);
}
