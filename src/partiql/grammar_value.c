/*
 * The grammar of values (developer guide, "PartiQL data types for DynamoDB"):
 *
 *   value := ? | 'string' | [+|-] number | TRUE | FALSE | NULL | `{{base64}}`
 *            | [ value, ... ] | { 'name': value, ... } | << value, ... >>
 *
 * The service has no literal for binaries; this one is PartiQL's own, an Ion
 * blob in backquotes (PartiQL specification, "Ion literals").
 */
#include "partiql/grammar.h"

#include "error/error.h"
#include "item/base64.h"
#include "item/encoding.h"
#include "item/item_rules.h"
#include "item/number.h"

#include "miscadmin.h"
#include "parser/scansup.h"

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
AtSignedNumber(const StatementParser *parser)
{
	return (AtSymbol(&parser->tokens, "-") || AtSymbol(&parser->tokens, "+")) &&
	       PeekToken(&parser->tokens).type == STATEMENT_TOKEN_NUMBER;
}

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
	       parser->tokens.token.type == STATEMENT_TOKEN_NUMBER ||
	       parser->tokens.token.type == STATEMENT_TOKEN_BLOB ||
	       parser->tokens.token.type == STATEMENT_TOKEN_PARAMETER ||
	       AtSymbol(&parser->tokens, "[") || AtSymbol(&parser->tokens, "{") ||
	       AtSymbol(&parser->tokens, "<<") || AtSignedNumber(parser) || AtConstantWord(parser);
}

static void
ParseString(StatementParser *parser, AttributeValue *value)
{
	Bytes text = StatementTokenUnquote(parser->tokens.token.text);

	*value = (AttributeValue){ ATTRIBUTE_S, text.length };
	value->bytes = text.data;
	Advance(&parser->tokens);
}

static Bytes
Trim(Bytes text)
{
	while (text.length > 0 && scanner_isspace(text.data[0]))
		text = (Bytes){ text.data + 1, text.length - 1 };
	while (text.length > 0 && scanner_isspace(text.data[text.length - 1]))
		text.length--;
	return text;
}

/* {{base64}}, with blanks around it and inside the braces. */
static void
ParseBlob(StatementParser *parser, AttributeValue *value)
{
	Bytes text = Trim(StatementTokenUnquote(parser->tokens.token.text));
	Bytes bytes;

	if (text.length < 4 || memcmp(text.data, "{{", 2) != 0 ||
	    memcmp(text.data + text.length - 2, "}}", 2) != 0)
		UnexpectedToken(parser);
	text = Trim((Bytes){ text.data + 2, text.length - 4 });
	if (Base64Decode(text, &bytes) != NULL)
		UnexpectedToken(parser);
	*value = (AttributeValue){ ATTRIBUTE_B, bytes.length };
	value->bytes = bytes.data;
	Advance(&parser->tokens);
}

static void
ParseNumber(StatementParser *parser, AttributeValue *value)
{
	bool is_negative = AtSymbol(&parser->tokens, "-");
	Bytes text;
	char *spelled;

	if (parser->tokens.token.type == STATEMENT_TOKEN_SYMBOL)
		Advance(&parser->tokens);
	text = parser->tokens.token.text;
	spelled = psprintf("%s%.*s", is_negative ? "-" : "", BYTES_ARGS(text));
	*value = (AttributeValue){ ATTRIBUTE_N };
	value->number = NumberParse(BytesFromCString(spelled));
	Advance(&parser->tokens);
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
ParseScalar(StatementParser *parser, AttributeValue *value)
{
	if (parser->tokens.token.type == STATEMENT_TOKEN_STRING)
		ParseString(parser, value);
	else if (parser->tokens.token.type == STATEMENT_TOKEN_BLOB)
		ParseBlob(parser, value);
	else if (parser->tokens.token.type == STATEMENT_TOKEN_NUMBER || AtSignedNumber(parser))
		ParseNumber(parser, value);
	else
		ParseConstantWord(parser, value);
}

static Bytes
ParseMemberName(StatementParser *parser)
{
	Bytes name;

	if (parser->tokens.token.type != STATEMENT_TOKEN_STRING)
		UnexpectedToken(parser);
	name = StatementTokenUnquote(parser->tokens.token.text);
	Advance(&parser->tokens);
	ExpectSymbol(&parser->tokens, ":");
	return name;
}

static ValueTemplate *
ParseMember(StatementParser *parser, TemplateType container, int depth)
{
	Bytes name = { 0 };
	ValueTemplate *member;

	if (container == TEMPLATE_MAP)
		name = ParseMemberName(parser);
	member = ParseValueTemplate(parser, depth);
	member->name = name;
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
			members = lappend(members, ParseMember(parser, value->type, depth));
		while (AcceptSymbol(&parser->tokens, ","));
	}
	ExpectSymbol(&parser->tokens, close);
	value->elements = palloc(sizeof(ValueTemplate *) * Max(list_length(members), 1));
	foreach (cell, members)
		value->elements[value->count++] = lfirst(cell);
	TemplateFold(value);
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

ValueTemplate *
ParseValueTemplate(StatementParser *parser, int depth)
{
	ValueTemplate *value = palloc0(sizeof(ValueTemplate));

	check_stack_depth();
	NestingCheck(depth);
	if (parser->tokens.token.type == STATEMENT_TOKEN_PARAMETER)
	{
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
	ParseScalar(parser, &value->constant);
	return value;
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
