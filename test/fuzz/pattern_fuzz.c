/*
 * Throws mutated texts at the parser of event patterns, and what it accepts at events. A text may
 * only be accepted or rejected as JSON or as a pattern; what it matches must not depend on how it
 * is written, and is the same of a pattern as of an "$or" that has it twice.
 *
 * A module of its own, as item_fuzz.c is.
 */
#include "postgres.h"

#include "fuzz_loop.h"

#include "error/error.h"
#include "model/structure.h"
#include "trigger/filter/event_pattern.h"

#include "fmgr.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(fuzz);

static const char *const events[] = {
	"{\"a\":\"text\",\"b\":[1,\"text\",null,[true]],\"c\":{\"N\":\"5\",\"a\":{\"NS\":[\"1\",\"2."
	"5\"]}},"
	"\"d\":[{\"a\":\"x\",\"b\":1},{\"a\":\"y\",\"b\":2}],\"n\":null,\"e\":\"\",\"l\":[]}",
	"{\"eventName\":\"INSERT\",\"dynamodb\":{\"Keys\":{\"a\":{\"S\":\"TEXT\"}},\"NewImage\":{\"a\":"
	"{\"S\":"
	"\"TEXT\\u0000\"},\"b\":{\"N\":\"-1e5\"},\"c\":{\"L\":[{\"M\":{\"a\":{\"BOOL\":true}}}]}}}}",
	"[]",
	"\"text\"",
};

static const char *const tokens[] = {
	"{",
	"}",
	"[",
	"]",
	",",
	":",
	"\"",
	"\"a\":",
	"\"b\":",
	"\"N\":",
	"[{\"exists\":true}]",
	"[{\"exists\":false}]",
	"{\"prefix\":\"t\"}",
	"{\"suffix\":\"T\"}",
	"{\"equals-ignore-case\":\"TEXT\"}",
	"{\"anything-but\":[\"x\"]}",
	"{\"anything-but\":{\"prefix\":\"t\"}}",
	"{\"numeric\":[\">\",1,\"<=\",5]}",
	"{\"numeric\":[\"=\",",
	"\"$or\":[{",
	"\"$or\":[{\"a\":[\"text\"]},{\"b\":[1]}]",
	"null",
	"true",
	"1e5",
	"-0",
	"1e-400",
	"\\u0000",
	"\xC3\x84",
	"\xED\xA0\x80",
	"{\"a\":{\"a\":{\"a\":{\"a\":",
};

static void
CheckMatches(const EventPattern *pattern, const EventPattern *again, const EventPattern *twice)
{
	for (int i = 0; i < lengthof(events); i++)
	{
		const JsonNode *event = JsonParse(BytesFromCString(events[i]));
		bool matches = EventPatternMatches(pattern, event);

		Require(EventPatternMatches(pattern, event) == matches);
		Require(EventPatternMatches(again, event) == matches);
		/* An "$or" is of an object, where a pattern of an array is of one of its elements. */
		Require(EventPatternMatches(twice, event) == matches);
	}
}

/* Whether a pattern may stand in "$or": a member of this name would be an operator there. */
static bool
HasOperatorName(const JsonNode *node)
{
	static const char *const names[] = { "prefix",  "suffix", "equals-ignore-case",
		                                 "numeric", "exists", "anything-but" };

	for (int i = 0; i < node->count; i++)
		for (int j = 0; j < lengthof(names); j++)
			if (BytesEqual(node->members[i].name, BytesFromCString(names[j])))
				return true;
	return false;
}

static void
Target(Bytes input)
{
	const JsonNode *node = JsonParse(input);
	const EventPattern *pattern = EventPatternParse(node);
	const EventPattern *again;
	const EventPattern *twice;
	StringInfoData text;
	JsonWriter writer;
	char *both;

	initStringInfo(&text);
	JsonWriterInit(&writer, &text, false);
	RequestNodeWrite(&writer, node);
	again = EventPatternParse(JsonParse((Bytes){ text.data, text.len }));
	twice = again;
	if (text.len < MAX_PATTERN_SIZE / 2 - 20 && !HasOperatorName(node) && text.data[0] == '{')
	{
		both = psprintf("{\"$or\":[%s,%s]}", text.data, text.data);
		twice = EventPatternParse(JsonParse(BytesFromCString(both)));
	}
	CheckMatches(pattern, again, twice);
}

static bool
IsExpected(int sqlstate)
{
	return sqlstate == ExceptionSqlState(EXCEPTION_SERIALIZATION) ||
	       sqlstate == ERRCODE_INVALID_PARAMETER_VALUE;
}

/* fuzz(seeds bytea[], random_seed bigint, rounds integer): inputs accepted. */
Datum
fuzz(PG_FUNCTION_ARGS)
{
	FuzzLanguage language = { Target, IsExpected, tokens, lengthof(tokens), "patterns" };

	PG_RETURN_INT32(
	    FuzzLoop(&language, PG_GETARG_ARRAYTYPE_P(0), PG_GETARG_INT64(1), PG_GETARG_INT32(2)));
}
