/*
 * The validator of requests. Two walks over shape and request: the first
 * compares JSON types, as the service's parser does while it reads; the second
 * gathers every violated constraint, up to ten, in the order of the model.
 */
#include "operation/shapes.h"

#include "error/error.h"
#include "item/shown.h"

#include "miscadmin.h"

#include <errno.h>

#define MAX_VIOLATIONS 10
#define NAME_PATTERN "[a-zA-Z0-9_.-]+"

/* Where in the request a value stands. Made into text only for a message. */
typedef struct Path
{
	const struct Path *parent;
	Bytes name;   /* of a member or of a map's entry */
	int index;    /* of a list's element, from 1; 0: it has a name */
	bool element; /* of a list or map */
} Path;

typedef struct Violations
{
	int count;
	StringInfoData text;
	bool odd_values; /* some attribute value holds a null or an overlong name */
} Violations;

extern const Shape shape_AttributeValue;

static const char *const java_types[] = {
	[SHAPE_STRING] = "java.lang.String",  [SHAPE_INTEGER] = "java.lang.Integer",
	[SHAPE_LONG] = "java.lang.Long",      [SHAPE_BOOLEAN] = "java.lang.Boolean",
	[SHAPE_BLOB] = "java.nio.ByteBuffer",
};

#define SerializationError(...) DynamoError(EXCEPTION_SERIALIZATION, __VA_ARGS__)

static const ShapeMember *
FindMember(const Shape *shape, Bytes name)
{
	for (const ShapeMember *member = shape->members; member->shape != NULL; member++)
	{
		if (BytesEqual(member->name, name))
			return member;
	}
	return NULL;
}

static const JsonNode *
FindValue(const JsonNode *object, Bytes name)
{
	for (int i = object->count - 1; i >= 0; i--)
	{
		const JsonMember *member = &object->members[i];

		if (BytesEqual(member->name, name))
			return member->value.type == JSON_NODE_NULL ? NULL : &member->value;
	}
	return NULL;
}

/* --- JSON types --- */

/* The parser's name of a scalar's token, as its messages have it. */
static const char *
TokenName(const JsonNode *node)
{
	if (node->type == JSON_NODE_BOOLEAN)
		return node->boolean ? "TRUE_VALUE" : "FALSE_VALUE";
	if (node->type == JSON_NODE_STRING)
		return "STRING_VALUE";
	for (int i = 0; i < node->count; i++)
	{
		if (strchr(".eE", node->text[i]) != NULL)
			return "DECIMAL_VALUE";
	}
	return "NUMBER_VALUE";
}

/*
 * The integer that a number's text spells. As in the service's parser, a
 * fraction is cut off. False where it does not fit 64 bits.
 */
static bool
ReadInteger(const JsonNode *node, int64 *value)
{
	char *digits = pnstrdup(node->text, node->count);
	char *end;
	double approximate = 0;

	errno = 0;
	*value = strtoll(digits, &end, 10);
	if (errno == 0 && *end != '\0')
	{
		approximate = strtod(digits, NULL);
		if (FLOAT8_FITS_IN_INT64(approximate))
			*value = (int64) approximate;
	}
	pfree(digits);
	return errno == 0 && FLOAT8_FITS_IN_INT64(approximate);
}

static bool
ScalarHasType(const Shape *shape, const JsonNode *node)
{
	int64 value;

	switch (shape->type)
	{
		case SHAPE_BOOLEAN:
			return node->type == JSON_NODE_BOOLEAN;
		case SHAPE_INTEGER:
			return node->type == JSON_NODE_NUMBER && ReadInteger(node, &value) &&
			       value == (int32) value;
		case SHAPE_LONG:
			return node->type == JSON_NODE_NUMBER && ReadInteger(node, &value);
		default:
			return node->type == JSON_NODE_STRING;
	}
}

static void
CheckScalarType(const Shape *shape, const JsonNode *node)
{
	if (ScalarHasType(shape, node))
		return;
	if (node->type == JSON_NODE_ARRAY)
		SerializationError("Unrecognized collection type class %s", java_types[shape->type]);
	if (node->type == JSON_NODE_OBJECT)
		SerializationError("Start of structure or map found where not expected.");
	if (shape->type == SHAPE_BLOB)
		SerializationError("only base-64-encoded strings are convertible to bytes");
	if (shape->type == SHAPE_BOOLEAN && node->type == JSON_NODE_STRING)
		SerializationError("Unexpected token received from parser");
	SerializationError("%s cannot be converted to %s", TokenName(node),
	                   strrchr(java_types[shape->type], '.') + 1);
}

static void
CheckCollectionType(const Shape *shape, const JsonNode *node)
{
	JsonNodeType wanted = shape->type == SHAPE_LIST ? JSON_NODE_ARRAY : JSON_NODE_OBJECT;

	if (node->type == wanted)
		return;
	if (node->type == JSON_NODE_ARRAY)
		SerializationError("Start of list found where not expected");
	if (node->type == JSON_NODE_OBJECT)
		SerializationError("Start of structure or map found where not expected.");
	if (shape->type == SHAPE_STRUCTURE)
		SerializationError("Unexpected value type in payload");
	SerializationError("Unexpected field type");
}

static void CheckTypes(const Shape *shape, JsonNode *node, Violations *violations);

static void
CheckElementTypes(const Shape *shape, JsonNode *node, Violations *violations)
{
	if (node->type == JSON_NODE_NULL)
		violations->odd_values = true;
	else
		CheckTypes(shape, node, violations);
}

/* Members that the shape does not have are taken out: nothing has checked them. */
static void
CheckMemberTypes(const Shape *shape, JsonNode *node, Violations *violations)
{
	int kept = 0;

	for (int i = 0; i < node->count; i++)
	{
		JsonMember *member = &node->members[i];
		const ShapeMember *known = FindMember(shape, member->name);

		if (known == NULL)
			continue;
		if (member->value.type != JSON_NODE_NULL)
			CheckTypes(known->shape, &member->value, violations);
		node->members[kept++] = *member;
	}
	node->count = kept;
}

static void
CheckTypes(const Shape *shape, JsonNode *node, Violations *violations)
{
	check_stack_depth();
	if (shape->type < SHAPE_LIST)
	{
		CheckScalarType(shape, node);
		return;
	}
	CheckCollectionType(shape, node);
	if (shape->type == SHAPE_STRUCTURE)
		CheckMemberTypes(shape, node, violations);
	else if (shape->type == SHAPE_LIST)
	{
		for (int i = 0; i < node->count; i++)
			CheckElementTypes(shape->element, &node->elements[i], violations);
	}
	else
	{
		for (int i = 0; i < node->count; i++)
		{
			if (shape->key->max != SHAPE_ANY && node->members[i].name.length > shape->key->max)
				violations->odd_values = true;
			CheckElementTypes(shape->element, &node->members[i].value, violations);
		}
	}
}

/* --- messages --- */

static void
AppendLowerFirst(StringInfo out, Bytes name)
{
	appendBinaryStringInfo(out, name.data, name.length);
	if (name.length > 0)
		out->data[out->len - name.length] = pg_tolower((unsigned char) name.data[0]);
}

static void
AppendPath(StringInfo out, const Path *path)
{
	if (path->parent != NULL)
	{
		AppendPath(out, path->parent);
		appendStringInfoChar(out, '.');
	}
	if (path->index > 0)
		appendStringInfo(out, "%d", path->index);
	else if (path->element)
		appendBinaryStringInfo(out, path->name.data, path->name.length);
	else
		AppendLowerFirst(out, path->name);
	if (path->element)
		appendStringInfoString(out, ".member");
}

static void AppendValue(StringInfo out, const Shape *shape, const JsonNode *node);

static void
AppendMembers(StringInfo out, const Shape *shape, const JsonNode *node)
{
	appendStringInfo(out, "%s(", shape->name);
	for (const ShapeMember *member = shape->members; member->shape != NULL; member++)
	{
		if (member != shape->members)
			appendStringInfoString(out, ", ");
		AppendLowerFirst(out, member->name);
		appendStringInfoChar(out, '=');
		AppendValue(out, member->shape, FindValue(node, member->name));
	}
	appendStringInfoChar(out, ')');
}

static void
AppendEntries(StringInfo out, const Shape *shape, const JsonNode *node)
{
	appendStringInfoChar(out, shape->type == SHAPE_LIST ? '[' : '{');
	for (int i = 0; i < node->count && out->len <= MAX_SHOWN_VALUE; i++)
	{
		if (i > 0)
			appendStringInfoString(out, ", ");
		if (shape->type == SHAPE_LIST)
			AppendValue(out, shape->element, &node->elements[i]);
		else
		{
			const JsonMember *member = &node->members[i];

			appendBinaryStringInfo(out, member->name.data, member->name.length);
			appendStringInfoChar(out, '=');
			AppendValue(out, shape->element, &member->value);
		}
	}
	appendStringInfoChar(out, shape->type == SHAPE_LIST ? ']' : '}');
}

/* A value as the service's messages show it. */
static void
AppendValue(StringInfo out, const Shape *shape, const JsonNode *node)
{
	check_stack_depth();
	if (out->len > MAX_SHOWN_VALUE)
		return;
	if (node == NULL || node->type == JSON_NODE_NULL)
		appendStringInfoString(out, "null");
	else if (node->type == JSON_NODE_BOOLEAN)
		appendStringInfoString(out, node->boolean ? "true" : "false");
	else if (shape->type < SHAPE_LIST)
		appendBinaryStringInfo(out, node->text, node->count);
	else if (shape->type == SHAPE_STRUCTURE)
		AppendMembers(out, shape, node);
	else
		AppendEntries(out, shape, node);
}

static void
AddViolation(Violations *violations, const Shape *shape, const JsonNode *node, const Path *path,
             const char *constraint)
{
	StringInfo out = &violations->text;

	if (violations->count == MAX_VIOLATIONS)
		return;
	if (violations->count++ == 0)
		initStringInfo(out);
	else
		appendStringInfoString(out, "; ");
	if (node == NULL)
		appendStringInfoString(out, "Value null");
	else
	{
		StringInfoData value;

		initStringInfo(&value);
		AppendValue(&value, shape, node);
		ShownCut(&value);
		appendStringInfoString(out, "Value '");
		appendBinaryStringInfo(out, value.data, value.len);
		appendStringInfoChar(out, '\'');
		pfree(value.data);
	}
	appendStringInfoString(out, " at '");
	AppendPath(out, path);
	appendStringInfo(out, "' failed to satisfy constraint: %s", constraint);
}

/* --- constraints --- */

/* Characters of a UTF-8 text. */
static int64
TextLength(const char *text, int length)
{
	int64 count = 0;

	for (int i = 0; i < length; i++)
		count += ((unsigned char) text[i] & 0xC0) != 0x80;
	return count;
}

/* The number that min and max limit. */
static int64
MeasureOf(const Shape *shape, const JsonNode *node)
{
	int64 value = 0;

	switch (shape->type)
	{
		case SHAPE_STRING:
			return TextLength(node->text, node->count);
		case SHAPE_INTEGER:
		case SHAPE_LONG:
			ReadInteger(node, &value);
			return value;
		default:
			return node->count;
	}
}

static bool
HasNameCharacters(const JsonNode *node)
{
	for (int i = 0; i < node->count; i++)
	{
		char c = node->text[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_' || c == '.' || c == '-'))
			return false;
	}
	return node->count > 0;
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

typedef enum Constraint
{
	CONSTRAINT_SET,
	CONSTRAINT_PATTERN,
	CONSTRAINT_MAX,
	CONSTRAINT_MIN
} Constraint;

static bool
Applies(const Shape *shape, Constraint constraint)
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

static bool
Satisfies(const Shape *shape, const JsonNode *node, Constraint constraint)
{
	switch (constraint)
	{
		case CONSTRAINT_SET:
			return InSet(shape->values, node);
		case CONSTRAINT_PATTERN:
			return HasNameCharacters(node);
		case CONSTRAINT_MAX:
			return MeasureOf(shape, node) <= shape->max;
		default:
			return MeasureOf(shape, node) >= shape->min;
	}
}

static char *
ConstraintText(const Shape *shape, Constraint constraint)
{
	bool number = shape->type == SHAPE_INTEGER || shape->type == SHAPE_LONG;
	const char *what = number ? "value" : "length";

	switch (constraint)
	{
		case CONSTRAINT_SET:
			return psprintf("Member must satisfy enum value set: [%s]", shape->values);
		case CONSTRAINT_PATTERN:
			return pstrdup("Member must satisfy regular expression pattern: " NAME_PATTERN);
		case CONSTRAINT_MAX:
			return psprintf("Member must have %s less than or equal to " INT64_FORMAT, what,
			                shape->max);
		default:
			return psprintf("Member must have %s greater than or equal to " INT64_FORMAT, what,
			                shape->min);
	}
}

static bool
SatisfiesAll(const Shape *shape, const JsonNode *node)
{
	for (Constraint c = CONSTRAINT_SET; c <= CONSTRAINT_MIN; c++)
	{
		if (Applies(shape, c) && !Satisfies(shape, node, c))
			return false;
	}
	return true;
}

/* Every constraint of an element's shape, in the order of the service's messages. */
static char *
AllConstraintsText(const Shape *shape)
{
	static const Constraint order[] = { CONSTRAINT_SET, CONSTRAINT_MAX, CONSTRAINT_MIN,
		                                CONSTRAINT_PATTERN };
	StringInfoData out;

	initStringInfo(&out);
	for (int i = 0; i < lengthof(order); i++)
	{
		if (Applies(shape, order[i]))
			appendStringInfo(&out, "%s%s", out.len > 0 ? ", " : "",
			                 ConstraintText(shape, order[i]));
	}
	return out.data;
}

static void CheckInside(const Shape *shape, const JsonNode *node, const Path *path,
                        Violations *violations);

static void
CheckMembers(const Shape *shape, const JsonNode *node, const Path *path, Violations *violations)
{
	for (const ShapeMember *member = shape->members; member->shape != NULL; member++)
	{
		const JsonNode *value = FindValue(node, member->name);
		Path here = { path, member->name, 0, false };

		if (value == NULL)
		{
			if (member->required)
				AddViolation(violations, member->shape, NULL, &here, "Member must not be null");
			continue;
		}
		for (Constraint c = CONSTRAINT_SET; c <= CONSTRAINT_MIN; c++)
		{
			if (Applies(member->shape, c) && !Satisfies(member->shape, value, c))
				AddViolation(violations, member->shape, value, &here,
				             ConstraintText(member->shape, c));
		}
		CheckInside(member->shape, value, &here, violations);
	}
}

/*
 * An element's own constraints are reported once, at the list or map that holds
 * it: "Map value must satisfy constraint: [...]".
 */
static void
CheckElements(const Shape *shape, const JsonNode *node, const Path *path, Violations *violations)
{
	bool map = shape->type == SHAPE_MAP;
	const char *subject = map ? "Map value" : "Member";
	bool key_bad = false;
	bool null_bad = false;
	bool element_bad = false;

	for (int i = 0; i < node->count; i++)
	{
		const JsonNode *element = map ? &node->members[i].value : &node->elements[i];

		if (map)
		{
			Bytes name = node->members[i].name;
			JsonNode key = { JSON_NODE_STRING, name.length, { .text = name.data } };

			key_bad = key_bad || !SatisfiesAll(shape->key, &key);
		}
		if (element->type == JSON_NODE_NULL)
			null_bad = true;
		else
			element_bad = element_bad || !SatisfiesAll(shape->element, element);
	}
	if (key_bad)
		AddViolation(
		    violations, shape, node, path,
		    psprintf("Map keys must satisfy constraint: [%s]", AllConstraintsText(shape->key)));
	if (null_bad)
		AddViolation(violations, shape, node, path,
		             psprintf("%s must satisfy constraint: [Member must not be null]", subject));
	if (element_bad)
		AddViolation(violations, shape, node, path,
		             psprintf("%s must satisfy constraint: [%s]", subject,
		                      AllConstraintsText(shape->element)));
}

static void
CheckInside(const Shape *shape, const JsonNode *node, const Path *path, Violations *violations)
{
	check_stack_depth();
	if (shape->type == SHAPE_STRUCTURE)
	{
		CheckMembers(shape, node, path, violations);
		return;
	}
	if (shape->type < SHAPE_LIST)
		return;
	if (shape->element == &shape_AttributeValue && !violations->odd_values)
		return;
	CheckElements(shape, node, path, violations);
	for (int i = 0; i < node->count; i++)
	{
		bool map = shape->type == SHAPE_MAP;
		const JsonNode *element = map ? &node->members[i].value : &node->elements[i];
		Path here = { path, { NULL, 0 }, i + 1, true };

		if (map)
		{
			here.name = node->members[i].name;
			here.index = 0;
		}
		if (element->type != JSON_NODE_NULL)
			CheckInside(shape->element, element, &here, violations);
	}
}

void
ShapeCheck(const Shape *shape, JsonNode *request)
{
	Violations violations = { 0 };

	CheckTypes(shape, request, &violations);
	CheckInside(shape, request, NULL, &violations);
	if (violations.count == 0)
		return;
	/* A message ends at U+0000; show what stands behind one. */
	for (int i = 0; i < violations.text.len; i++)
	{
		if (violations.text.data[i] == '\0')
			violations.text.data[i] = '?';
	}
	ValidationError("%d validation error%s detected: %s", violations.count,
	                violations.count == 1 ? "" : "s", violations.text.data);
}
