/*
 * The constraints of a request's shape: gathers every one that is violated, up
 * to ten, in the order of the model. JSON types are those of the shapes: the
 * reader has seen to that.
 */
#include "model/check.h"

#include "error/error.h"
#include "item/shown.h"

#include "miscadmin.h"

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

/* A variant of a union's value. */
static const JsonNode *
FindVariant(const JsonNode *object, Bytes name)
{
	for (int i = object->count - 1; i >= 0; i--)
	{
		const JsonMember *member = &object->members[i];

		if (BytesEqual(member->name, name))
			return member->value.type == JSON_NODE_NULL ? NULL : &member->value;
	}
	return NULL;
}

/* The value of a structure's or union's member, which is the `position`th of its shape; or NULL. */
static const JsonNode *
MemberValue(const Shape *shape, const JsonNode *node, int position)
{
	const Structure *structure;

	if (shape->type == SHAPE_UNION)
		return FindVariant(node, shape->members[position].name);
	structure = NodeStructure(node);
	if (position >= structure->count || structure->slots[position].type == JSON_NODE_NULL)
		return NULL;
	return &structure->slots[position];
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
	for (int i = 0; i < shape->member_count; i++)
	{
		const ShapeMember *member = &shape->members[i];

		if (i > 0)
			appendStringInfoString(out, ", ");
		AppendLowerFirst(out, member->name);
		appendStringInfoChar(out, '=');
		AppendValue(out, member->shape, MemberValue(shape, node, i));
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
	else if (shape->type >= SHAPE_STRUCTURE)
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
			(void) ShapeReadInteger(node, &value);
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
	for (int i = 0; i < shape->member_count; i++)
	{
		const ShapeMember *member = &shape->members[i];
		const JsonNode *value = MemberValue(shape, node, i);
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
	if (violations->count == MAX_VIOLATIONS)
		return;
	check_stack_depth();
	if (shape->type >= SHAPE_STRUCTURE)
	{
		CheckMembers(shape, node, path, violations);
		return;
	}
	if (shape->type < SHAPE_LIST)
		return;
	if (shape->element->type == SHAPE_UNION && !violations->odd_values)
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
ConstraintsCheck(const Shape *shape, const JsonNode *request, bool odd_values)
{
	Violations violations = { .odd_values = odd_values };

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
