/*
 * Reading event patterns.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"

#include "compat.h"
#include "item/number/number.h"
#include "item/number/number_text.h"
#include "model/structure.h"
#include "trigger/filter/pattern_form.h"

#define MAX_PLACE 200 /* bytes of the place that an error names */

typedef struct PatternReader
{
	int depth;
	Bytes path[MAX_PATTERN_DEPTH];
} PatternReader;

/* --- errors --- */

/* The members down to where the reader is: "dynamodb.NewImage.Age". */
static char *
Place(const PatternReader *reader)
{
	StringInfoData place;

	initStringInfo(&place);
	for (int i = 0; i < reader->depth && place.len < MAX_PLACE; i++)
		appendStringInfo(&place, "%s%.*s", i > 0 ? "." : "", Min(reader->path[i].length, MAX_PLACE),
		                 reader->path[i].data);
	return place.data;
}

pg_noreturn static void
RaisePattern(const PatternReader *reader, const char *fault)
{
	ereport(ERROR,
	        (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("invalid event pattern: %s", fault),
	         reader->depth > 0 ? errdetail("It is at \"%s\".", Place(reader)) : 0));
}

static void
Descend(PatternReader *reader, Bytes name)
{
	if (reader->depth == MAX_PATTERN_DEPTH)
		RaisePattern(reader, "it is nested too deep");
	reader->path[reader->depth++] = name;
}

/* --- operators --- */

/* What a text operator's operand becomes: one match, or in anything-but one of several. */
static ValueMatch
TextMatch(PatternReader *reader, MatchKind kind, bool ignore_case, const JsonNode *operand)
{
	ValueMatch match = { .kind = kind, .ignore_case = ignore_case };

	if (operand->type != JSON_NODE_STRING)
		RaisePattern(reader, "the operator takes a string");
	match.text = (Bytes){ operand->text, operand->count };
	if (ignore_case)
		match.text = PatternLower(match.text);
	return match;
}

typedef struct TextOperator
{
	const char *name;
	MatchKind kind;
	bool ignore_case;
	bool may_ignore_case; /* takes {"equals-ignore-case": text}, too */
} TextOperator;

static const TextOperator text_operators[] = {
	{ "prefix", MATCH_PREFIX, false, true },
	{ "suffix", MATCH_SUFFIX, false, true },
	{ "equals-ignore-case", MATCH_STRING, true, false },
};

static const TextOperator *
FindTextOperator(Bytes name)
{
	for (int i = 0; i < lengthof(text_operators); i++)
		if (BytesEqual(name, BytesFromCString(text_operators[i].name)))
			return &text_operators[i];
	return NULL;
}

static ValueMatch
ReadTextOperator(PatternReader *reader, const TextOperator *text_operator, const JsonNode *operand)
{
	const JsonMember *member = operand->members;

	if (text_operator->may_ignore_case && operand->type == JSON_NODE_OBJECT)
	{
		if (operand->count != 1 || !BytesEqual(member->name, BYTES_LITERAL("equals-ignore-case")))
			RaisePattern(reader, "prefix and suffix take a string or \"equals-ignore-case\"");
		return TextMatch(reader, text_operator->kind, true, &member->value);
	}
	return TextMatch(reader, text_operator->kind, text_operator->ignore_case, operand);
}

static Numeric
ReadNumber(PatternReader *reader, const JsonNode *node)
{
	Numeric number = NULL;

	if (node->type == JSON_NODE_NUMBER)
		number = NumberOfText((Bytes){ node->text, node->count });
	if (number == NULL || NumberFault(number) != NULL)
		RaisePattern(reader, "a number was expected, of at most 38 digits");
	return number;
}

static ValueMatch
NumberMatch(PatternReader *reader, const JsonNode *node)
{
	NumberBound bound = { ReadNumber(reader, node), true };

	return (ValueMatch){ .kind = MATCH_RANGE, .low = bound, .high = bound };
}

static void
SetBound(PatternReader *reader, NumberBound *bound, Numeric number, bool inclusive)
{
	if (bound->number != NULL)
		RaisePattern(reader, "numeric has two bounds of the same side");
	*bound = (NumberBound){ number, inclusive };
}

/* One comparison of numeric: "<", 5. */
static void
AddComparison(PatternReader *reader, ValueMatch *match, const JsonNode *sign, Numeric number)
{
	Bytes text = { sign->text, sign->count };
	bool inclusive = text.length == 2 && sign->type == JSON_NODE_STRING && text.data[1] == '=';

	if (sign->type != JSON_NODE_STRING || text.length < 1 || text.length > 2 ||
	    (text.length == 2 && !inclusive) || strchr("=<>", text.data[0]) == NULL ||
	    (text.data[0] == '=' && inclusive))
		RaisePattern(reader, "numeric compares by \"=\", \"<\", \"<=\", \">\" or \">=\"");
	if (text.data[0] != '<')
		SetBound(reader, &match->low, number, inclusive || text.data[0] == '=');
	if (text.data[0] != '>')
		SetBound(reader, &match->high, number, inclusive || text.data[0] == '=');
}

static ValueMatch
ReadNumeric(PatternReader *reader, const JsonNode *operand)
{
	ValueMatch match = { .kind = MATCH_RANGE };
	int order;

	if (operand->type != JSON_NODE_ARRAY || (operand->count != 2 && operand->count != 4))
		RaisePattern(reader,
		             "numeric takes an array of one or two comparisons, each with a number");
	for (int i = 0; i < operand->count; i += 2)
		AddComparison(reader, &match, &operand->elements[i],
		              ReadNumber(reader, &operand->elements[i + 1]));
	if (match.low.number != NULL && match.high.number != NULL)
	{
		order = NumberCompare(match.low.number, match.high.number);
		if (order > 0 || (order == 0 && !(match.low.inclusive && match.high.inclusive)))
			RaisePattern(reader, "numeric's lower bound is not below the upper one");
	}
	return match;
}

static ValueMatch
ReadExists(PatternReader *reader, const JsonNode *operand)
{
	if (operand->type != JSON_NODE_BOOLEAN)
		RaisePattern(reader, "exists takes true or false");
	return (ValueMatch){ .kind = operand->boolean ? MATCH_EXISTS : MATCH_ABSENT };
}

/* --- anything-but --- */

static ValueMatch
ReadExcluded(PatternReader *reader, const TextOperator *text_operator, const JsonNode *node)
{
	if (text_operator != NULL)
		return ReadTextOperator(reader, text_operator, node);
	if (node->type == JSON_NODE_STRING)
		return TextMatch(reader, MATCH_STRING, false, node);
	return NumberMatch(reader, node);
}

/* All of a list are strings, or all are numbers. */
static void
CheckSameType(PatternReader *reader, const JsonNode *list)
{
	for (int i = 0; i < list->count; i++)
		if (list->elements[i].type != list->elements[0].type)
			RaisePattern(reader, "anything-but takes strings, or numbers, not both");
}

/* A value, a list of them, or a text operator with one or the other. */
static ValueMatch
ReadAnythingBut(PatternReader *reader, const JsonNode *operand)
{
	ValueMatch match = { .kind = MATCH_ANY_BUT };
	const TextOperator *text_operator = NULL;

	if (operand->type == JSON_NODE_OBJECT)
	{
		if (operand->count == 1)
			text_operator = FindTextOperator(operand->members[0].name);
		if (text_operator == NULL)
			RaisePattern(reader, "anything-but takes values, prefix, suffix or equals-ignore-case");
		operand = &operand->members[0].value;
	}
	if (operand->type == JSON_NODE_ARRAY)
	{
		if (operand->count == 0)
			RaisePattern(reader, "anything-but takes a list that is not empty");
		CheckSameType(reader, operand);
	}
	match.count = operand->type == JSON_NODE_ARRAY ? operand->count : 1;
	match.others = palloc_array(ValueMatch, match.count);
	for (int i = 0; i < match.count; i++)
		match.others[i] =
		    ReadExcluded(reader, text_operator,
		                 operand->type == JSON_NODE_ARRAY ? &operand->elements[i] : operand);
	return match;
}

/* --- lists --- */

typedef struct OtherOperator
{
	const char *name;
	ValueMatch (*read)(PatternReader *reader, const JsonNode *operand);
} OtherOperator;

static const OtherOperator other_operators[] = {
	{ "numeric", ReadNumeric },
	{ "exists", ReadExists },
	{ "anything-but", ReadAnythingBut },
};

static const OtherOperator *
FindOtherOperator(Bytes name)
{
	for (int i = 0; i < lengthof(other_operators); i++)
		if (BytesEqual(name, BytesFromCString(other_operators[i].name)))
			return &other_operators[i];
	return NULL;
}

static ValueMatch
ReadOperator(PatternReader *reader, const JsonNode *node)
{
	const JsonMember *member = node->members;
	const OtherOperator *other;
	const TextOperator *text;

	if (node->count != 1)
		RaisePattern(reader, "an operator is an object of one member");
	other = FindOtherOperator(member->name);
	text = FindTextOperator(member->name);
	if (other == NULL && text == NULL)
		RaisePattern(reader, psprintf("there is no operator \"%.*s\"",
		                              Min(member->name.length, MAX_PLACE), member->name.data));
	if (member->value.type == JSON_NODE_NULL)
		RaisePattern(reader, "an operator's operand is not null");
	return other != NULL ? other->read(reader, &member->value)
	                     : ReadTextOperator(reader, text, &member->value);
}

static ValueMatch
ReadValue(PatternReader *reader, const JsonNode *node)
{
	switch (node->type)
	{
		case JSON_NODE_NULL:
			return (ValueMatch){ .kind = MATCH_NULL };
		case JSON_NODE_BOOLEAN:
			return (ValueMatch){ .kind = MATCH_BOOLEAN, .truth = node->boolean };
		case JSON_NODE_NUMBER:
			return NumberMatch(reader, node);
		case JSON_NODE_STRING:
			return TextMatch(reader, MATCH_STRING, false, node);
		case JSON_NODE_OBJECT:
			return ReadOperator(reader, node);
		default:
			RaisePattern(reader, "a list of values has no lists in it");
	}
}

static void
ReadValues(PatternReader *reader, const JsonNode *node, PatternMember *member)
{
	if (node->count == 0)
		RaisePattern(reader, "a list of values is empty");
	member->kind = PATTERN_VALUES;
	member->count = node->count;
	member->values = palloc_array(ValueMatch, node->count);
	for (int i = 0; i < node->count; i++)
		member->values[i] = ReadValue(reader, &node->elements[i]);
}

/* --- objects --- */

/* Names that an object of "$or" does not have, else "$or" is a member of the event. */
static bool
NamesOperator(const JsonNode *object)
{
	for (int i = 0; i < object->count; i++)
		if (FindTextOperator(object->members[i].name) != NULL ||
		    FindOtherOperator(object->members[i].name) != NULL)
			return true;
	return false;
}

static bool
IsOr(const JsonMember *member)
{
	const JsonNode *node = &member->value;

	if (!BytesEqual(member->name, BYTES_LITERAL("$or")) || node->type != JSON_NODE_ARRAY ||
	    node->count < 2)
		return false;
	for (int i = 0; i < node->count; i++)
		if (node->elements[i].type != JSON_NODE_OBJECT || NamesOperator(&node->elements[i]))
			return false;
	return true;
}

static void ReadPattern(PatternReader *reader, const JsonNode *node, EventPattern *pattern);

static void
ReadPatterns(PatternReader *reader, const JsonNode *nodes, int count, PatternMember *member)
{
	member->count = count;
	member->patterns = palloc_array(EventPattern, count);
	for (int i = 0; i < count; i++)
		ReadPattern(reader, &nodes[i], &member->patterns[i]);
}

static void
ReadMember(PatternReader *reader, const JsonMember *source, PatternMember *member)
{
	const JsonNode *node = &source->value;

	*member = (PatternMember){ .name = source->name };
	Descend(reader, source->name);
	if (IsOr(source))
	{
		member->kind = PATTERN_OR;
		ReadPatterns(reader, node->elements, node->count, member);
	}
	else if (node->type == JSON_NODE_ARRAY)
		ReadValues(reader, node, member);
	else if (node->type == JSON_NODE_OBJECT)
	{
		member->kind = PATTERN_OBJECT;
		ReadPatterns(reader, node, 1, member);
	}
	else
		RaisePattern(reader, "a member is a list of values or an object");
	reader->depth--;
}

static void
ReadPattern(PatternReader *reader, const JsonNode *node, EventPattern *pattern)
{
	check_stack_depth();
	if (node->count == 0)
		RaisePattern(reader, "an object of a pattern is empty");
	pattern->count = node->count;
	pattern->members = palloc_array(PatternMember, node->count);
	for (int i = 0; i < node->count; i++)
		ReadMember(reader, &node->members[i], &pattern->members[i]);
}

static void
CheckSize(const PatternReader *reader, const JsonNode *node)
{
	StringInfoData text;
	JsonWriter writer;

	initStringInfo(&text);
	JsonWriterInit(&writer, &text, false);
	RequestNodeWrite(&writer, node);
	if (text.len > MAX_PATTERN_SIZE)
		RaisePattern(reader, psprintf("it has more than %d bytes", MAX_PATTERN_SIZE));
	pfree(text.data);
}

EventPattern *
EventPatternParse(const JsonNode *node)
{
	EventPattern *pattern = palloc_object(EventPattern);
	PatternReader reader = { .depth = 0 };

	if (node->type != JSON_NODE_OBJECT)
		RaisePattern(&reader, "it is no object");
	CheckSize(&reader, node);
	ReadPattern(&reader, node, pattern);
	return pattern;
}
