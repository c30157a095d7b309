/*
 * PartiQL as SQL.
 *
 * Conditions on key attributes become conditions on the view's typed columns, which its indexes
 * serve; all others become one predicate of jsonpath on the item. In strict mode it holds where
 * PartiQL's does: a value of another type or none makes a comparison unknown. NOT and <> would
 * turn that round, so a statement that has them is left to dynamo.partiql().
 */
#include "operation/console/statement_sql.h"

#include "item/number/number.h"
#include "operation/console/item_predicate.h"
#include "partiql/where.h"

#include "utils/builtins.h"

/* What is written. */
typedef struct SqlText
{
	StringInfoData where; /* of columns */
	StringInfoData path;  /* the predicate on the item */
	const KeySchema *key;
	bool constrained[2 * MAX_KEY_ATTRIBUTES]; /* attributes that a condition says are there */
} SqlText;

static const char *const comparison_signs[] = {
	[OPERATOR_EQUAL] = "=",   [OPERATOR_LESS] = "<",           [OPERATOR_LESS_EQUAL] = "<=",
	[OPERATOR_GREATER] = ">", [OPERATOR_GREATER_EQUAL] = ">=", [OPERATOR_BETWEEN] = "BETWEEN",
	[OPERATOR_IN] = "IN",     [OPERATOR_BEGINS_WITH] = "^@",   [OPERATOR_NOT_EQUAL] = NULL,
};

/* --- columns --- */

/* The attribute of this number: those of the partition first. */
static const KeyAttribute *
KeyAttributeOf(const KeySchema *key, int number)
{
	if (number < key->partition_count)
		return &key->partition[number];
	return &key->sort[number - key->partition_count];
}

/* Of other names the view's column may be called otherwise. */
static bool
IsColumnName(Bytes name)
{
	return name.length < NAMEDATALEN && !BytesEqual(name, BYTES_LITERAL("item")) &&
	       memchr(name.data, '\0', name.length) == NULL;
}

/* The number of the key's attribute that has a column, or -1. */
static int
ColumnOf(const KeySchema *key, Bytes name)
{
	for (int i = 0; i < key->partition_count + key->sort_count; i++)
		if (BytesEqual(KeyAttributeOf(key, i)->name, name))
			return IsColumnName(name) ? i : -1;
	return -1;
}

static const char *
ColumnName(Bytes name)
{
	return quote_identifier(BytesToCString(name));
}

/* NULL: SQL has no such literal. */
static char *
Literal(const AttributeValue *value)
{
	switch (value->type)
	{
		case ATTRIBUTE_N:
			return NumberToString(value->number);
		case ATTRIBUTE_S:
			if (memchr(value->bytes, '\0', value->count) != NULL)
				return NULL;
			return quote_literal_cstr(pnstrdup(value->bytes, value->count));
		case ATTRIBUTE_B:
		{
			Datum bytes = PointerGetDatum(cstring_to_text_with_len(value->bytes, value->count));
			char *text = DatumGetCString(DirectFunctionCall1(byteaout, bytes));

			return psprintf("%s::bytea", quote_literal_cstr(text));
		}
		default:
			return NULL;
	}
}

/* False: it is none that the column's type can be compared by. */
static bool
AppendLiterals(StringInfo out, const Comparison *comparison, AttributeType type)
{
	const char *between = comparison->op == OPERATOR_BETWEEN ? " AND " : ", ";

	for (int i = 0; i < comparison->count; i++)
	{
		char *literal = comparison->values[i]->type == type ? Literal(comparison->values[i]) : NULL;

		if (literal == NULL)
			return false;
		appendStringInfo(out, "%s%s", i > 0 ? between : "", literal);
	}
	return comparison->count > 0;
}

/* Whether the condition is one on a column; then it is written. */
static bool
AppendColumnCondition(SqlText *sql, const Comparison *comparison)
{
	int number = ColumnOf(sql->key, comparison->attribute);
	bool list = comparison->op == OPERATOR_IN;
	StringInfoData text;

	if (number < 0 || comparison_signs[comparison->op] == NULL)
		return false;
	if (comparison->op == OPERATOR_BEGINS_WITH &&
	    KeyAttributeOf(sql->key, number)->type != ATTRIBUTE_S)
		return false;
	initStringInfo(&text);
	appendStringInfo(&text, "%s %s %s", ColumnName(comparison->attribute),
	                 comparison_signs[comparison->op], list ? "(" : "");
	if (!AppendLiterals(&text, comparison, KeyAttributeOf(sql->key, number)->type))
		return false;
	appendStringInfo(&sql->where, "%s%s%s", sql->where.len > 0 ? "\n  AND " : "", text.data,
	                 list ? ")" : "");
	sql->constrained[number] = true;
	return true;
}

/* --- the clauses --- */

/* False: SQL cannot say it. */
static bool
AppendCondition(SqlText *sql, const BoundExpression *where, const ExpressionNode *node)
{
	Comparison comparison;

	if (ComparisonRead(where, node, &comparison) && AppendColumnCondition(sql, &comparison))
		return true;
	if (sql->path.len > 0)
		appendStringInfoString(&sql->path, " && ");
	return ItemPredicate(&sql->path, where, node);
}

/* A secondary index holds only the items that have all of its attributes. */
static void
AppendIndexConditions(SqlText *sql)
{
	for (int i = 0; i < sql->key->partition_count + sql->key->sort_count; i++)
	{
		if (!sql->constrained[i])
			appendStringInfo(&sql->where, "%s%s IS NOT NULL", sql->where.len > 0 ? "\n  AND " : "",
			                 ColumnName(KeyAttributeOf(sql->key, i)->name));
	}
}

static bool
AppendWhere(StringInfo out, SqlText *sql, const Statement *statement, bool of_index)
{
	ListCell *cell;

	foreach (cell, WhereConjuncts(statement->where))
		if (!AppendCondition(sql, statement->where, lfirst(cell)))
			return false;
	if (of_index)
		AppendIndexConditions(sql);
	if (sql->path.len > 0)
		appendStringInfo(&sql->where, "%sitem @@ %s", sql->where.len > 0 ? "\n  AND " : "",
		                 quote_literal_cstr(psprintf("strict %s", sql->path.data)));
	if (sql->where.len > 0)
		appendStringInfo(out, "\nWHERE %s", sql->where.data);
	return true;
}

static bool
AppendColumns(StringInfo out, const Statement *statement)
{
	const BoundExpression *projection = statement->projection;
	const ParsedExpression *parsed = projection != NULL ? projection->parsed : NULL;

	if (projection == NULL)
		appendStringInfoString(out, "item");
	for (int i = 0; parsed != NULL && i < list_length(parsed->paths); i++)
	{
		const Path *path = list_nth(parsed->paths, i);
		Bytes name = StepName(projection, &path->steps[0]);

		if (path->step_count > 1 || !ItemPredicateTakesName(name) || name.length >= NAMEDATALEN)
			return false;
		appendStringInfo(out, "%sitem->%s AS %s", i > 0 ? ", " : "",
		                 quote_literal_cstr(BytesToCString(name)), ColumnName(name));
	}
	return true;
}

static bool
AppendOrder(StringInfo out, const SqlText *sql, const Statement *statement)
{
	for (int i = 0; i < statement->order_count; i++)
	{
		const StatementOrder *order = &statement->order[i];

		if (ColumnOf(sql->key, order->attribute) < 0)
			return false;
		appendStringInfo(out, "%s%s%s", i == 0 ? "\nORDER BY " : ", ", ColumnName(order->attribute),
		                 order->descending ? " DESC" : "");
	}
	return true;
}

static bool
AllColumnsNamed(const KeySchema *key)
{
	for (int i = 0; i < key->partition_count + key->sort_count; i++)
		if (!IsColumnName(KeyAttributeOf(key, i)->name))
			return false;
	return true;
}

static char *
SelectSql(const Statement *statement, const Table *table, const TableIndex *index)
{
	SqlText sql = { .key = index != NULL ? &index->key : &table->definition.key };
	StringInfoData out;

	if (index != NULL && !AllColumnsNamed(sql.key))
		return NULL;
	initStringInfo(&sql.where);
	initStringInfo(&sql.path);
	initStringInfo(&out);
	appendStringInfoString(&out, "SELECT ");
	if (!AppendColumns(&out, statement))
		return NULL;
	appendStringInfo(&out, "\nFROM dynamo_views.%s",
	                 quote_identifier(BytesToCString(table->definition.name)));
	if (!AppendWhere(&out, &sql, statement, index != NULL) || !AppendOrder(&out, &sql, statement))
		return NULL;
	appendStringInfoChar(&out, ';');
	return out.data;
}

/* --- the functions --- */

static char *
FunctionSql(const char *format, const Structure *request)
{
	const JsonNode *parameters = StructureList(request, member_Parameters);
	char *statement =
	    quote_literal_cstr(BytesToCString(StructureString(request, member_Statement)));
	StringInfoData json;
	JsonWriter writer;

	if (parameters == NULL)
		return psprintf(format, statement, "");
	initStringInfo(&json);
	JsonWriterInit(&writer, &json, true);
	RequestNodeWrite(&writer, parameters);
	return psprintf(format, statement, psprintf(", %s", quote_literal_cstr(json.data)));
}

char *
StatementSql(const Statement *statement, const Table *table, const TableIndex *index,
             const Structure *request)
{
	char *sql = NULL;

	if (statement->type != STATEMENT_SELECT)
		return FunctionSql("SELECT dynamo.execute_statement(%s%s);", request);
	sql = SelectSql(statement, table, index);
	return sql != NULL ? sql : FunctionSql("SELECT item FROM dynamo.partiql(%s%s);", request);
}
