/*
 * The constraints of a shape: what they demand of a value, and the service's words for them.
 */
#include "model/constraint.h"

#include "error/error.h"

#define NAME_PATTERN "[a-zA-Z0-9_.-]+"
#define ARN_PREFIX "arn:"
#define MAX_ARN_LENGTH 1024

/* Characters of a UTF-8 text. */
static int64
TextLength(const char *text, int length)
{
	int64 count = 0;

	for (int i = 0; i < length; i++)
		count += ((unsigned char) text[i] & 0xC0) != 0x80;
	return count;
}

/* An ARN in place of a table's name has rules of its own, which are judged where it is read. */
static bool
IsTableArn(const Shape *shape, const JsonNode *node)
{
	return shape->table && node->count >= (int) strlen(ARN_PREFIX) &&
	       memcmp(node->text, ARN_PREFIX, strlen(ARN_PREFIX)) == 0;
}

#define MAX_CHARACTER_BYTES 4 /* of UTF-8 */

/* The number that min and max limit. */
static int64
MeasureOf(const Shape *shape, const JsonNode *node)
{
	int64 value = 0;

	switch (shape->type)
	{
		case SHAPE_STRING:
			return shape->in_bytes ? node->count : TextLength(node->text, node->count);
		case SHAPE_INTEGER:
		case SHAPE_LONG:
			(void) ShapeReadInteger(node, &value);
			return value;
		default:
			return node->count;
	}
}

/* A text has no more characters than bytes, and a character at most four of those: mostly none
 * needs to be counted. */
static bool
IsAtMost(const Shape *shape, const JsonNode *node)
{
	return (shape->type == SHAPE_STRING && node->count <= shape->max) ||
	       MeasureOf(shape, node) <= shape->max;
}

static bool
IsAtLeast(const Shape *shape, const JsonNode *node)
{
	return (shape->type == SHAPE_STRING && node->count / MAX_CHARACTER_BYTES >= shape->min) ||
	       MeasureOf(shape, node) >= shape->min;
}

/* A table's name that is empty is reported for that alone. */
static bool
HasNameCharacters(const Shape *shape, const JsonNode *node)
{
	for (int i = 0; i < node->count; i++)
	{
		char c = node->text[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_' || c == '.' || c == '-'))
			return false;
	}
	return node->count > 0 || shape->table;
}

/* Whether an enum's list of values holds the text. */
static bool
InSet(const char *values, const JsonNode *node)
{
	for (const char *value = values; value != NULL;)
	{
		const char *comma = strchr(value, ',');
		int length = comma ? comma - value : strlen(value);

		if (length == node->count && memcmp(value, node->text, length) == 0)
			return true;
		value = comma ? comma + 2 : NULL;
	}
	return false;
}

bool
ConstraintApplies(const Shape *shape, Constraint constraint)
{
	switch (constraint)
	{
		case CONSTRAINT_SET:
			return shape->values != NULL;
		case CONSTRAINT_PATTERN:
			return shape->name_characters;
		case CONSTRAINT_MAX:
			return shape->max != SHAPE_ANY;
		default:
			return shape->min != SHAPE_ANY;
	}
}

bool
ConstraintHolds(const Shape *shape, const JsonNode *node, Constraint constraint)
{
	if (IsTableArn(shape, node))
		return node->count <= MAX_ARN_LENGTH;
	switch (constraint)
	{
		case CONSTRAINT_SET:
			return InSet(shape->values, node);
		case CONSTRAINT_PATTERN:
			return HasNameCharacters(shape, node);
		case CONSTRAINT_MAX:
			return IsAtMost(shape, node);
		default:
			return IsAtLeast(shape, node);
	}
}

char *
ConstraintText(const Shape *shape, Constraint constraint)
{
	bool number = shape->type == SHAPE_INTEGER || shape->type == SHAPE_LONG;
	const char *what = number ? "value" : "length";

	switch (constraint)
	{
		case CONSTRAINT_SET:
			return psprintf(TEXT_CONSTRAINT_ENUM, shape->values);
		case CONSTRAINT_PATTERN:
			return pstrdup(TEXT_CONSTRAINT_PATTERN NAME_PATTERN);
		case CONSTRAINT_MAX:
			return psprintf(TEXT_CONSTRAINT_MAX, what, shape->max);
		default:
			return psprintf(TEXT_CONSTRAINT_MIN, what, shape->min);
	}
}

bool
ConstraintsHold(const Shape *shape, const JsonNode *node)
{
	for (Constraint c = CONSTRAINT_SET; c <= CONSTRAINT_MIN; c++)
	{
		if (ConstraintApplies(shape, c) && !ConstraintHolds(shape, node, c))
			return false;
	}
	return true;
}

char *
ConstraintsText(const Shape *shape)
{
	static const Constraint order[] = { CONSTRAINT_SET, CONSTRAINT_MAX, CONSTRAINT_MIN,
		                                CONSTRAINT_PATTERN };
	StringInfoData out;

	initStringInfo(&out);
	for (int i = 0; i < lengthof(order); i++)
	{
		if (ConstraintApplies(shape, order[i]))
			appendStringInfo(&out, "%s%s", out.len > 0 ? ", " : "",
			                 ConstraintText(shape, order[i]));
	}
	return out.data;
}
