/*
 * Matching events against patterns.
 *
 * An event nests no deeper than the pattern that it is compared with, but for arrays in arrays,
 * which JSON's reader bounds.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/fmgrprotos.h"

#include "item/number/number.h"
#include "item/number/number_text.h"
#include "trigger/filter/pattern_form.h"

/* A scalar of the event, and what has been found out about it. */
typedef struct EventValue
{
	const JsonNode *node;
	bool is_number_text; /* of "N" or "NS" */
	bool number_known;
	Numeric number; /* NULL: none */
	Bytes lower;    /* data NULL: not made yet */
} EventValue;

/* --- scalars --- */

static Numeric
ValueNumber(EventValue *value)
{
	const JsonNode *node = value->node;

	if (!value->number_known)
	{
		value->number_known = true;
		if (node->type == JSON_NODE_NUMBER ||
		    (node->type == JSON_NODE_STRING && value->is_number_text))
			value->number = NumberOfText((Bytes){ node->text, node->count });
	}
	return value->number;
}

static bool
NumberIsWithin(Numeric number, const ValueMatch *match)
{
	int low = match->low.number == NULL ? 1 : NumberCompare(number, match->low.number);
	int high = match->high.number == NULL ? -1 : NumberCompare(number, match->high.number);

	return (low > 0 || (low == 0 && match->low.inclusive)) &&
	       (high < 0 || (high == 0 && match->high.inclusive));
}

static bool
TextMatches(const ValueMatch *match, EventValue *value)
{
	Bytes text = { value->node->text, value->node->count };

	if (value->node->type != JSON_NODE_STRING)
		return false;
	if (match->ignore_case)
	{
		if (value->lower.data == NULL)
			value->lower = PatternLower(text);
		text = value->lower;
	}
	if (match->kind == MATCH_STRING)
		return BytesEqual(text, match->text);
	if (match->kind == MATCH_SUFFIX && text.length > match->text.length)
		text.data += text.length - match->text.length;
	return BytesBeginWith(text, match->text);
}

static bool
ValueMatches(const ValueMatch *match, EventValue *value)
{
	switch (match->kind)
	{
		case MATCH_NULL:
			return value->node->type == JSON_NODE_NULL;
		case MATCH_BOOLEAN:
			return value->node->type == JSON_NODE_BOOLEAN && value->node->boolean == match->truth;
		case MATCH_STRING:
		case MATCH_PREFIX:
		case MATCH_SUFFIX:
			return TextMatches(match, value);
		case MATCH_RANGE:
			return ValueNumber(value) != NULL && NumberIsWithin(ValueNumber(value), match);
		case MATCH_EXISTS:
			return true;
		case MATCH_ABSENT:
			return false;
		case MATCH_ANY_BUT:
			for (int i = 0; i < match->count; i++)
				if (ValueMatches(&match->others[i], value))
					return false;
			return true;
	}
	return false;
}

/* --- members with a list --- */

/* What has been seen of a member's scalars. */
typedef struct MemberScan
{
	const PatternMember *member;
	bool is_number_text;
	bool has_scalar;
} MemberScan;

static bool
ListMatches(const PatternMember *member, EventValue *value)
{
	for (int i = 0; i < member->count; i++)
		if (ValueMatches(&member->values[i], value))
			return true;
	return false;
}

/* Whether a scalar in the node, or in arrays there, matches. */
static bool
ScalarsMatch(MemberScan *scan, const JsonNode *node)
{
	EventValue value = { .node = node, .is_number_text = scan->is_number_text };

	check_stack_depth();
	if (node->type == JSON_NODE_OBJECT)
		return false;
	if (node->type != JSON_NODE_ARRAY)
	{
		scan->has_scalar = true;
		return ListMatches(scan->member, &value);
	}
	for (int i = 0; i < node->count; i++)
		if (ScalarsMatch(scan, &node->elements[i]))
			return true;
	return false;
}

static bool
AllowsAbsence(const PatternMember *member)
{
	for (int i = 0; i < member->count; i++)
		if (member->values[i].kind == MATCH_ABSENT)
			return true;
	return false;
}

static bool
ValuesMatch(const PatternMember *member, const JsonNode *node)
{
	MemberScan scan = { .member = member,
		                .is_number_text = BytesEqual(member->name, BYTES_LITERAL("N")) ||
		                                  BytesEqual(member->name, BYTES_LITERAL("NS")) };

	if (node != NULL && ScalarsMatch(&scan, node))
		return true;
	return !scan.has_scalar && AllowsAbsence(member);
}

/* --- objects --- */

/* Unlike JsonGet this finds null, too. */
static const JsonNode *
EventMember(const JsonNode *event, Bytes name)
{
	if (event == NULL || event->type != JSON_NODE_OBJECT)
		return NULL;
	for (int i = event->count - 1; i >= 0; i--)
		if (BytesEqual(event->members[i].name, name))
			return &event->members[i].value;
	return NULL;
}

static bool ObjectMatches(const EventPattern *pattern, const JsonNode *event);

static bool
AnyPatternMatches(const PatternMember *member, const JsonNode *event)
{
	for (int i = 0; i < member->count; i++)
		if (ObjectMatches(&member->patterns[i], event))
			return true;
	return false;
}

static bool
MemberMatches(const PatternMember *member, const JsonNode *event)
{
	switch (member->kind)
	{
		case PATTERN_VALUES:
			return ValuesMatch(member, EventMember(event, member->name));
		case PATTERN_OBJECT:
			return ObjectMatches(&member->patterns[0], EventMember(event, member->name));
		case PATTERN_OR:
			return AnyPatternMatches(member, event);
	}
	return false;
}

/* An array matches by one of its elements. What is no object has no members, and may be NULL. */
static bool
ObjectMatches(const EventPattern *pattern, const JsonNode *event)
{
	check_stack_depth();
	if (event != NULL && event->type == JSON_NODE_ARRAY && event->count > 0)
	{
		for (int i = 0; i < event->count; i++)
			if (ObjectMatches(pattern, &event->elements[i]))
				return true;
		return false;
	}
	for (int i = 0; i < pattern->count; i++)
		if (!MemberMatches(&pattern->members[i], event))
			return false;
	return true;
}

bool
EventPatternMatches(const EventPattern *pattern, const JsonNode *event)
{
	return ObjectMatches(pattern, event);
}
