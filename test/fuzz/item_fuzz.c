/*
 * Throws mutated inputs at what reads JSON, attribute values, stored items and
 * numbers, and checks what must hold of whatever they accept. An input may only
 * be accepted or rejected with one of DynamoDB's two exceptions for bad input.
 *
 * A module of its own, compiled together with src/item: the server's library
 * need not show its insides.
 */
#include "postgres.h"

#include "fuzz_loop.h"

#include "error/error.h"
#include "item/compare.h"
#include "item/encoding.h"
#include "item/item_rules.h"
#include "json/json.h"
#include "item/key.h"
#include "item/number/number.h"
#include "item/size.h"
#include "model/structure.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(fuzz);
PG_FUNCTION_INFO_V1(json_again);

typedef void (*Target)(Bytes input);

static void
BeginText(StringInfo text, JsonWriter *writer, bool for_jsonb)
{
	initStringInfo(text);
	JsonWriterInit(writer, text, for_jsonb);
}

static Bytes
TextOf(StringInfo text)
{
	return (Bytes){ text->data, text->len };
}

/* The text of a tree is read as the same tree. */
static Bytes
JsonAgain(Bytes input)
{
	StringInfoData once;
	StringInfoData twice;
	JsonWriter writer;

	BeginText(&once, &writer, false);
	RequestNodeWrite(&writer, JsonParse(input));
	BeginText(&twice, &writer, false);
	RequestNodeWrite(&writer, JsonParse(TextOf(&once)));
	Require(BytesEqual(TextOf(&once), TextOf(&twice)));
	return TextOf(&once);
}

static Jsonb *
JsonbFromText(StringInfo text)
{
	return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text->data)));
}

static void
RequireMap(const JsonNode *node, const AttributeValue *wanted)
{
	AttributeValue map;

	AttributeMapParse(node, &map);
	Require(AttributeValueEqual(&map, wanted));
}

/* Each member of a set is found there. */
static void
CheckMembers(const AttributeValue *set)
{
	if (set->type != ATTRIBUTE_SS && set->type != ATTRIBUTE_NS && set->type != ATTRIBUTE_BS)
		return;
	for (int i = 0; i < set->count; i++)
		Require(SetHas(set, &set->elements[i]));
	Require(!SetHas(set, set));
}

/* What holds of an item and its stored form. */
static void
CheckItem(const AttributeValue *map, const Jsonb *stored)
{
	AttributeValue decoded;
	StringInfoData text;
	JsonWriter writer;

	StoredItemCheck(stored);
	ItemDecode(stored, &decoded);
	Require(AttributeValueEqual(map, &decoded));
	Require(AttributeValueHash(map) == AttributeValueHash(&decoded));
	Require(ItemSize(map) == StoredItemSize(stored));
	Require(ItemSize(map) == ItemRulesCheck(map));

	BeginText(&text, &writer, false);
	AttributeMapWrite(&writer, map);
	RequireMap(JsonParse(TextOf(&text)), map);

	BeginText(&text, &writer, false);
	StoredItemWrite(&writer, stored);
	RequireMap(JsonParse(TextOf(&text)), map);

	BeginText(&text, &writer, true);
	StoredItemWrite(&writer, stored);
	RequireMap(JsonFromJsonb(JsonbFromText(&text)), map);

	for (int i = 0; i < map->count; i++)
	{
		AttributeValue value;

		Require(ItemGetAttribute(stored, map->attributes[i].name, &value));
		Require(AttributeValueEqual(&value, &map->attributes[i].value));
		Require(AttributeValueHash(&value) == AttributeValueHash(&map->attributes[i].value));
		CheckMembers(&value);
	}
}

/* The stored form is to the byte what PostgreSQL makes of its text. */
static void
CheckEncoding(const Jsonb *stored)
{
	char *text = DatumGetCString(DirectFunctionCall1(jsonb_out, JsonbPGetDatum(stored)));
	Jsonb *again = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));

	Require(VARSIZE(stored) == VARSIZE(again));
	Require(memcmp(stored, again, VARSIZE(stored)) == 0);
}

static void
TargetItem(Bytes input)
{
	AttributeValue map;
	Jsonb *stored;

	JsonAgain(input);
	AttributeMapParse(JsonParse(input), &map);
	stored = ItemEncode(&map);
	CheckEncoding(stored);
	CheckItem(&map, stored);
}

static void
CheckKeys(const Jsonb *item)
{
	static const Bytes names[] = { { "a", 1 }, { "b", 1 }, { "$u:", 3 }, { "n\0", 2 } };
	static const AttributeType types[] = { ATTRIBUTE_S, ATTRIBUTE_N, ATTRIBUTE_B };

	for (int i = 0; i < lengthof(names); i++)
	{
		for (int j = 0; j < lengthof(types); j++)
		{
			Datum column;

			KeyColumnOfItem(item, names[i], types[j], MIN_KEY_COLUMN_LIMIT, &column);
		}
	}
}

/* Any jsonb: keys never raise, and what the check accepts is a whole item. */
static void
TargetStored(Bytes input)
{
	Bytes text = JsonAgain(input);
	Jsonb *jsonb;
	AttributeValue map;

	if (memchr(text.data, '\0', text.length) != NULL || strstr(text.data, "\\u0000") != NULL)
		return; /* jsonb_in would not take it */
	jsonb = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text.data)));
	CheckKeys(jsonb);
	StoredItemCheck(jsonb);
	ItemDecode(jsonb, &map);
	CheckItem(&map, jsonb);
	CheckItem(&map, ItemEncode(&map));
}

/* Any jsonb as a request and as plain JSON. */
static void
TargetJsonb(Bytes input)
{
	Bytes text = JsonAgain(input);
	Jsonb *jsonb;
	StringInfoData json;
	JsonWriter writer;
	AttributeValue value;

	if (strstr(text.data, "\\u0000") != NULL)
		return;
	jsonb = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text.data)));
	PlainJsonParse(jsonb, &value);
	BeginText(&json, &writer, false);
	PlainJsonWrite(&writer, &value);
	Require(compareJsonbContainers(&jsonb->root, &JsonbFromText(&json)->root) == 0);

	AttributeValueParse(JsonFromJsonb(jsonb), &value);
}

static Numeric
PostgresNumeric(Bytes text)
{
	return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(BytesToCString(text)),
	                                           ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

static int
Sign(int order)
{
	return (order > 0) - (order < 0);
}

static int
PostgresCompare(Numeric a, Numeric b)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(a), NumericGetDatum(b)));
}

static int
OrderedCompare(Numeric a, Numeric b)
{
	char left[NUMBER_ORDERED_SIZE];
	char right[NUMBER_ORDERED_SIZE];
	int left_length = NumberOrderedBytes(a, left);
	int right_length = NumberOrderedBytes(b, right);

	return Sign(BytesCompare((Bytes){ left, left_length }, (Bytes){ right, right_length }));
}

/* Where numeric_in can read the text too, numbers agree with it in value, form and order. */
static void
TargetNumber(Bytes input)
{
	static const char *const others[] = { "0", "1", "-1", "1e125", "-1e-130", "99.99", "10000" };
	Numeric number = NumberParse(input);
	char *text = NumberToString(number);
	Numeric expected;

	/* A zero may have any exponent, but numeric_in's is bounded. */
	expected = PostgresNumeric(strcmp(text, "0") == 0 ? BYTES_LITERAL("0") : input);
	expected = DatumGetNumeric(DirectFunctionCall1(numeric_trim_scale, NumericGetDatum(expected)));
	Require(VARSIZE(number) == VARSIZE(expected));
	Require(memcmp(number, expected, VARSIZE(number)) == 0);
	Require(strcmp(text, DatumGetCString(
	                         DirectFunctionCall1(numeric_out, NumericGetDatum(expected)))) == 0);
	for (int i = 0; i < lengthof(others); i++)
	{
		Numeric other = NumberParse(BytesFromCString(others[i]));

		Require(Sign(NumberCompare(number, other)) == PostgresCompare(number, other));
		Require(OrderedCompare(number, other) == PostgresCompare(number, other));
	}
	Require(PostgresCompare(NumberSubtract(NumberAdd(number, number), number), number) == 0);
}

/* Key columns keep order and equality: whole ones byte by byte. */
/* Whether the column keeps all of the value. */
static bool
IsKept(const AttributeValue *value)
{
	Datum whole = KeyColumn(value, MaxAllocSize);

	return VARSIZE_ANY_EXHDR(DatumGetPointer(whole)) < MIN_KEY_COLUMN_LIMIT;
}

static void
TargetKey(Bytes input)
{
	AttributeValue a = { ATTRIBUTE_S, input.length / 2, { .bytes = input.data } };
	AttributeValue b = { ATTRIBUTE_S, input.length - a.count, { .bytes = input.data + a.count } };
	int order = Sign(AttributeValueCompare(&a, &b));

	for (int i = 0; i < 2; i++)
	{
		bytea *left;
		bytea *right;
		int got;

		a.type = b.type = i == 0 ? ATTRIBUTE_S : ATTRIBUTE_B;
		left = DatumGetByteaPP(KeyColumn(&a, MIN_KEY_COLUMN_LIMIT));
		right = DatumGetByteaPP(KeyColumn(&b, MIN_KEY_COLUMN_LIMIT));
		Require(VARSIZE_ANY_EXHDR(left) <= MIN_KEY_COLUMN_LIMIT);
		got = Sign(BytesCompare((Bytes){ VARDATA_ANY(left), VARSIZE_ANY_EXHDR(left) },
		                        (Bytes){ VARDATA_ANY(right), VARSIZE_ANY_EXHDR(right) }));
		Require((got == 0) == (order == 0));
		if (IsKept(&a) && IsKept(&b))
			Require(got == order);
	}
	KeySuffix(&a, &b);
}

static const struct
{
	const char *name;
	Target target;
} targets[] = {
	{ "item", TargetItem },     { "stored", TargetStored }, { "jsonb", TargetJsonb },
	{ "number", TargetNumber }, { "key", TargetKey },
};

static Target
FindTarget(const char *name)
{
	for (int i = 0; i < lengthof(targets); i++)
	{
		if (strcmp(targets[i].name, name) == 0)
			return targets[i].target;
	}
	elog(ERROR, "no fuzz target \"%s\"", name);
}

/* Pieces that the grammars here are made of. */
static const char *const tokens[] = {
	"{",
	"}",
	"[",
	"]",
	",",
	":",
	"\"",
	"\\",
	"\\u0000",
	"\\ud83d",
	"\\ude00",
	"\"S\"",
	"\"N\"",
	"\"B\"",
	"\"SS\"",
	"\"NS\"",
	"\"BS\"",
	"\"M\"",
	"\"L\"",
	"\"BOOL\"",
	"true",
	"null",
	"\"NULL\"",
	"\"$m\"",
	"\"$s\"",
	"\"$b\"",
	"\"$ss\"",
	"\"$u:a\"",
	"$u:",
	"\\\\0",
	"=",
	"==",
	"1",
	"0",
	"9999",
	"-",
	"e",
	"E-130",
	"e125",
	".",
	"\xC3\xA9",
	"\xF0\x9F\x98\x80",
	"\xED\xA0\x80",
	"{\"S\":\"\"}",
	"{\"N\":\"1\"}",
	"{\"$bs\":[\"AA==\"]}",
	"[[[[[[[[",
	"{\"M\":{\"a\":",
	"{\"L\":[",
};

/* DynamoDB's two exceptions for bad input, and jsonb_in's for an exponent beyond numeric's. */
static bool
IsExpected(int sqlstate)
{
	return sqlstate == ExceptionSqlState(EXCEPTION_VALIDATION) ||
	       sqlstate == ExceptionSqlState(EXCEPTION_SERIALIZATION) ||
	       sqlstate == ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
}

/* fuzz(target text, seeds bytea[], random_seed bigint, rounds integer): inputs accepted. */
Datum
fuzz(PG_FUNCTION_ARGS)
{
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	FuzzLanguage language = { FindTarget(name), IsExpected, tokens, lengthof(tokens), name };

	PG_RETURN_INT32(
	    FuzzLoop(&language, PG_GETARG_ARRAYTYPE_P(1), PG_GETARG_INT64(2), PG_GETARG_INT32(3)));
}

/* json_again(text bytea): the text of what the reader makes of it. */
Datum
json_again(PG_FUNCTION_ARGS)
{
	bytea *input = PG_GETARG_BYTEA_PP(0);
	Bytes text = JsonAgain((Bytes){ VARDATA_ANY(input), VARSIZE_ANY_EXHDR(input) });

	PG_RETURN_TEXT_P(cstring_to_text_with_len(text.data, text.length));
}
