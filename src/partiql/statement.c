/*
 * Puts the parameters of a request in the places that a parsed statement has
 * for them.
 */
#include "partiql/statement.h"

#include "error/error.h"
#include "expr/cache.h"
#include "item/encoding.h"
#include "partiql/parser.h"

#include "nodes/pg_list.h"

static void *
ParseStatementText(int kind, Bytes text)
{
	return ParseStatement(text);
}

/* They are looked at first, even where the statement is none. */
static const AttributeValue *
ParseParameters(const JsonNode *parameters)
{
	int count = parameters != NULL ? parameters->count : 0;
	AttributeValue *values = palloc(sizeof(AttributeValue) * Max(count, 1));

	for (int i = 0; i < count; i++)
		AttributeValueParse(&parameters->elements[i], &values[i]);
	return values;
}

static BoundExpression *
BindClause(const StatementClause *clause, const AttributeValue *parameters)
{
	int count = list_length(clause->values);
	AttributeValue *filled;
	const AttributeValue **values;

	if (clause->parsed == NULL)
		return NULL;
	filled = palloc(sizeof(AttributeValue) * Max(count, 1));
	values = palloc(sizeof(AttributeValue *) * Max(count, 1));
	for (int i = 0; i < count; i++)
	{
		TemplateFill(list_nth(clause->values, i), parameters, 0, &filled[i]);
		values[i] = &filled[i];
	}
	return BindChecked(clause->parsed, values);
}

static void
BindItem(const ValueTemplate *item, const AttributeValue *parameters, AttributeValue *value)
{
	if (item == NULL)
		return;
	TemplateFill(item, parameters, -1, value);
	if (value->type != ATTRIBUTE_M)
		ValidationError(TEXT_VALUE_NO_MAP);
}

Statement *
StatementBind(Bytes text, const JsonNode *parameters)
{
	const AttributeValue *values = ParseParameters(parameters);
	const ParsedStatement *parsed = ParseTextCached(ParseStatementText, 0, text);
	Statement *statement = palloc0(sizeof(Statement));

	if (parsed->parameter_count != (parameters != NULL ? parameters->count : 0))
		ValidationError(TEXT_PARAMETERS_COUNT);
	statement->type = parsed->type;
	statement->exists = parsed->exists;
	statement->table = parsed->table;
	statement->index = parsed->index;
	statement->order_count = parsed->order_count;
	statement->order = parsed->order;
	statement->returning = parsed->returning;
	statement->count_place = parsed->count_place;
	statement->projection = BindClause(&parsed->projection, values);
	statement->where = BindClause(&parsed->where, values);
	statement->update = BindClause(&parsed->update, values);
	BindItem(parsed->item, values, &statement->item);
	return statement;
}
