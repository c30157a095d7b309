/*
 * The constraints of a request's shape: what the newer framework judges raises
 * alone; of the rest every one that is violated is gathered, up to ten, in the
 * order of the model. JSON types are those of the shapes: the reader has seen
 * to that.
 */
#include "model/check.h"

#include "error/error.h"
#include "model/constraint.h"
#include "model/constraint_form.h"
#include "model/value_text.h"

#include "miscadmin.h"

#define MAX_VIOLATIONS 10

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
	bool odd_values;     /* some attribute value holds a null */
	bool lacks_required; /* a member of the input */
} Violations;

/* --- messages --- */

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
		LowerFirstAppend(out, path->name);
	if (path->element)
		appendStringInfoString(out, ".member");
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
		appendStringInfoString(out, "Value '");
		ValueTextAppend(out, shape, node);
		appendStringInfoChar(out, '\'');
	}
	appendStringInfoString(out, " at '");
	AppendPath(out, path);
	appendStringInfo(out, "' failed to satisfy constraint: %s", constraint);
}

static void CheckInside(const Shape *shape, const JsonNode *node, const Path *path,
                        Violations *violations);

/* Adds the constraints that a member's value violates itself. */
static void
CheckValue(const Shape *shape, const JsonNode *value, const Path *path, Violations *violations)
{
	for (Constraint c = CONSTRAINT_SET; c <= CONSTRAINT_MIN; c++)
	{
		if (ConstraintApplies(shape, c) && !ConstraintHolds(shape, value, c))
			AddViolation(violations, shape, value, path, ConstraintText(shape, c));
	}
}

static void
CheckMembers(const Shape *shape, const JsonNode *node, const Path *path, Violations *violations)
{
	bool input = path == NULL;

	for (int i = 0; i < shape->member_count; i++)
	{
		const ShapeMember *member = &shape->members[i];
		const JsonNode *value = ShapeMemberValue(shape, node, i);
		Path here = { path, member->name, 0, false };

		if (input && violations->count > 0 && MemberYields(shape, i))
			continue;
		if (value == NULL && member->required)
			AddViolation(violations, member->shape, NULL, &here, TEXT_CONSTRAINT_NULL);
		if (value == NULL || (input && !ConstraintsHold(member->shape, value) &&
		                      OlderFormSkips(shape, i, violations->lacks_required)))
			continue;
		CheckValue(member->shape, value, &here, violations);
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

			key_bad = key_bad || !ConstraintsHold(shape->key, &key);
		}
		if (element->type == JSON_NODE_NULL)
			null_bad = true;
		else
			element_bad = element_bad || !ConstraintsHold(shape->element, element);
	}
	if (key_bad)
		AddViolation(violations, shape, node, path,
		             psprintf(TEXT_CONSTRAINT_KEYS, ConstraintsText(shape->key)));
	if (null_bad)
		AddViolation(violations, shape, node, path,
		             psprintf("%s must satisfy constraint: [Member must not be null]", subject));
	if (element_bad)
		AddViolation(
		    violations, shape, node, path,
		    psprintf("%s must satisfy constraint: [%s]", subject, ConstraintsText(shape->element)));
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

static void
Raise(Violations *violations)
{
	if (violations->count == 0)
		return;
	/* A message ends at U+0000; show what stands behind one. */
	for (int i = 0; i < violations->text.len; i++)
	{
		if (violations->text.data[i] == '\0')
			violations->text.data[i] = '?';
	}
	ValidationError(TEXT_VIOLATIONS, violations->count, violations->count == 1 ? "" : "s",
	                violations->text.data);
}

/* A bad name of a table is told alone. An empty one is where a name need not be any longer. */
static void
CheckTableName(const Structure *request)
{
	const JsonNode *name = StructureFind(request, MEMBER_TableName);
	const ShapeMember *member;
	Violations violations = { 0 };

	if (name == NULL || name->count == 0)
		return;
	member = &request->shape->members[name - request->slots];
	if (!member->shape->table)
		return;
	CheckValue(member->shape, name, &(Path){ NULL, member->name, 0, false }, &violations);
	Raise(&violations);
}

void
ConstraintsCheck(const Shape *shape, const JsonNode *request, bool odd_values)
{
	const Structure *structure = NodeStructure(request);
	Violations violations = { .odd_values = odd_values };

	CheckTableName(structure);
	CurrentFormsCheck(structure);
	violations.lacks_required = LacksRequired(structure);
	CheckInside(shape, request, NULL, &violations);
	Raise(&violations);
}
