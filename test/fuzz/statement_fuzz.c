/*
 * Throws mutated texts at the parser of PartiQL statements, and what it accepts
 * at the evaluators. A text may only be accepted or rejected with a
 * ValidationException, twice the same; what an accepted one makes of an item
 * must not depend on the form of that item, and must be an item again.
 *
 * A module of its own, as item_fuzz.c is.
 */
#include "postgres.h"

#include "fuzz_loop.h"

#include "error/error.h"
#include "item/compare.h"
#include "item/encoding.h"
#include "json/json.h"
#include "partiql/parser.h"
#include "partiql/statement.h"

#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(fuzz);

static const char *const item_text =
    "{\"a\":1,\"b\":\"text\",\"c\":{\"$b\":\"AQID\"},\"d\":{\"$ss\":[\"x\",\"y\"]},"
    "\"e\":{\"$ns\":[1,2.5]},\"f\":{\"$bs\":[\"AQ==\"]},\"l\":[0,\"one\",[2,{\"k\":null}],{\"k\":1}"
    "],"
    "\"m\":{\"a\":1,\"m\":{\"l\":[1,2]},\"$x\":true},\"n\":null,\"t\":true,\"z\":\"\"}";

/* The parameters of a statement are taken from these in turn. */
static const char *const parameter_texts[] = {
	"{\"N\":\"1\"}",
	"{\"S\":\"te\"}",
	"{\"SS\":[\"x\",\"q\"]}",
	"{\"M\":{\"a\":{\"S\":\"k\"},\"b\":{\"L\":[{\"NULL\":true}]}}}",
	"{\"L\":[{\"N\":\"2\"},{\"S\":\"s\"}]}",
	"{\"B\":\"AQ==\"}",
	"{\"NS\":[\"2.5\",\"7\"]}",
	"{\"BOOL\":true}",
};

static const char *const tokens[] = {
	"SELECT ",
	" FROM ",
	" WHERE ",
	" SET ",
	" REMOVE ",
	" VALUE ",
	"INSERT INTO ",
	"UPDATE ",
	"DELETE ",
	" ORDER BY ",
	" DESC",
	" ASC",
	" RETURNING ",
	"ALL ",
	"OLD *",
	"NEW *",
	"MODIFIED ",
	"EXISTS(",
	" AND ",
	" OR ",
	" NOT ",
	" IN ",
	" IS ",
	"MISSING",
	"NULL",
	" BETWEEN ",
	"TRUE",
	"BAG",
	"STRING",
	"size(",
	"contains(",
	"begins_with(",
	"list_append(",
	"set_add(",
	"set_delete(",
	"attribute_type(",
	"?",
	"'x'",
	"'",
	"''",
	"\"",
	"\"a b\"",
	"<<",
	">>",
	"{",
	"}",
	"[",
	"]",
	"(",
	")",
	"((((((((",
	"[[[[[[[[",
	"{'k':",
	",",
	".",
	"=",
	"<>",
	"!=",
	"<",
	">=",
	"+",
	"-",
	"--",
	"/*",
	"*/",
	";",
	"*",
	"1",
	"-7.5",
	"1e125",
	"E-130",
	"99999999999",
	"a",
	"l[0]",
	"m.m.l",
	"key",
	"\xC3\xA9",
	"\n",
	"`",
	"%",
};

/* From here on an error is a defect. */
static bool must_hold;

static bool
IsExpected(int sqlstate)
{
	return !must_hold && sqlstate == ExceptionSqlState(EXCEPTION_VALIDATION);
}

static const JsonNode *
MakeParameters(int count, int first)
{
	JsonNode *parameters = palloc0(sizeof(JsonNode));

	parameters->type = JSON_NODE_ARRAY;
	parameters->count = count;
	parameters->elements = palloc(sizeof(JsonNode) * Max(count, 1));
	for (int i = 0; i < count; i++)
		parameters->elements[i] =
		    *JsonParse(BytesFromCString(parameter_texts[(first + i) % lengthof(parameter_texts)]));
	return parameters;
}

/* Numbers, binaries and texts, written and read again, are the same item. */
static void
RequireItem(const AttributeValue *map)
{
	StringInfoData text;
	JsonWriter writer;
	AttributeValue again;

	initStringInfo(&text);
	JsonWriterInit(&writer, &text, false);
	AttributeMapWrite(&writer, map);
	AttributeMapParse(JsonParse((Bytes){ text.data, text.len }), &again);
	Require(AttributeValueEqual(map, &again));
}

static void
RequireNames(const Statement *statement)
{
	Require(statement->table.length >= 0 && statement->table.data != NULL);
	Require(statement->index.data == NULL || statement->type == STATEMENT_SELECT);
	Require((statement->order_count > 0) <= (statement->type == STATEMENT_SELECT));
	Require((statement->update != NULL) == (statement->type == STATEMENT_UPDATE));
	Require((statement->projection == NULL) || statement->type == STATEMENT_SELECT);
}

/* What the statement makes of the item, whichever form that has. */
/* As the gate does for a caller. */
static void
Admit(const Statement *statement)
{
	BoundExpression *expressions[] = { statement->projection, statement->where, statement->update };

	for (int i = 0; i < lengthof(expressions); i++)
		if (expressions[i] != NULL)
			ExpressionAdmit(expressions[i]);
}

static void
Evaluate(const Statement *statement, const AttributeValue *map, const Jsonb *stored)
{
	ItemView views[] = { { .stored = stored }, { .map = map } };
	ItemView none = { 0 };
	AttributeValue projected[lengthof(views)];

	Require(ConditionEvaluate(statement->where, &views[0]) ==
	        ConditionEvaluate(statement->where, &views[1]));
	ConditionEvaluate(statement->where, &none);
	if (statement->projection == NULL)
		return;
	for (int i = 0; i < lengthof(views); i++)
		projected[i] = ProjectionApply(statement->projection, &views[i]);
	Require(AttributeValueEqual(&projected[0], &projected[1]));
	must_hold = true;
	RequireItem(&projected[0]);
}

static void
Update(const Statement *statement, const AttributeValue *map)
{
	AttributeValue updated;

	if (statement->type != STATEMENT_UPDATE)
		return;
	updated = UpdateApply(statement->update, map, true);
	must_hold = true;
	RequireItem(&updated);
	UpdateProject(statement->update, &updated);
}

static void
TargetStatement(Bytes input)
{
	Jsonb *stored = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(item_text)));
	AttributeValue map;
	const JsonNode *parameters;
	ParsedStatement *parsed;
	Statement *statement;

	must_hold = false;
	ItemDecode(stored, &map);
	parsed = ParseStatement(input);
	parameters = MakeParameters(parsed->parameter_count, input.length);
	statement = StatementBind(input, parameters);
	RequireNames(statement);
	Admit(statement);
	if (!pg_verify_mbstr(PG_UTF8, input.data, input.length, true))
		return;
	if (statement->type == STATEMENT_INSERT)
	{
		must_hold = true;
		RequireItem(&statement->item);
	}
	Evaluate(statement, &map, stored);
	must_hold = false;
	Update(statement, &map);
}

/* fuzz(seeds bytea[], random_seed bigint, rounds integer): inputs accepted. */
Datum
fuzz(PG_FUNCTION_ARGS)
{
	FuzzLanguage language = { TargetStatement, IsExpected, tokens, lengthof(tokens), "statements" };

	PG_RETURN_INT32(
	    FuzzLoop(&language, PG_GETARG_ARRAYTYPE_P(0), PG_GETARG_INT64(1), PG_GETARG_INT32(2)));
}
