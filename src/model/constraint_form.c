/*
 * See constraint_form.h.
 */
#include "model/constraint_form.h"

#include "error/error.h"
#include "model/constraint.h"

#include "miscadmin.h"

/* With a value in more lists and maps, the older framework reads a request's enums. */
#define MAX_LEVELS_READ 62

typedef enum MemberForm
{
	FORM_NAMED,
	FORM_NAMED_LISTS,
	FORM_UNNAMED,
	FORM_COMBINING,
	FORM_ABSENT,
	FORM_EMPTY,
	FORM_YIELDING
} MemberForm;

typedef struct FormedMember
{
	const Shape *input;
	MemberId member;
	MemberForm form;
	MemberId list;    /* of FORM_NAMED_LISTS */
	const char *text; /* of those that have one of their own */
} FormedMember;

#define FORMED(id, of, ...) { &shape_##id, MEMBER_##of, __VA_ARGS__ },
#define NAMED(input, member) FORMED(input, member, FORM_NAMED)
#define NAMED_LISTS(input, map, list) FORMED(input, map, FORM_NAMED_LISTS, MEMBER_##list)
#define UNNAMED(input, member, own_text) FORMED(input, member, FORM_UNNAMED, MEMBER_NONE, own_text)
#define COMBINING(input, member, own_text) \
	FORMED(input, member, FORM_COMBINING, MEMBER_NONE, own_text)
#define ABSENT(input, member, own_text) FORMED(input, member, FORM_ABSENT, MEMBER_NONE, own_text)
#define EMPTY(input, member, own_text) FORMED(input, member, FORM_EMPTY, MEMBER_NONE, own_text)
#define YIELDING(input, member) FORMED(input, member, FORM_YIELDING)

static const FormedMember formed[] = {
#include "model/constraint_forms.def"
};

static int
PositionOf(const FormedMember *member)
{
	return (int) member->input->slots[member->member] - member->input->first_slot;
}

/* Raises the first length or range that the value violates. */
static void
CheckNamed(const Shape *shape, const JsonNode *node, const char *path)
{
	static const Constraint lengths[] = { CONSTRAINT_MAX, CONSTRAINT_MIN };

	for (int i = 0; i < lengthof(lengths); i++)
	{
		if (ConstraintApplies(shape, lengths[i]) && !ConstraintHolds(shape, node, lengths[i]))
			ValidationError(TEXT_MEMBER_NAMED, path, ConstraintText(shape, lengths[i]));
	}
}

static void
CheckNamedLists(const FormedMember *member, const Shape *shape, const JsonNode *map)
{
	const char *name = MemberName(member->member);

	CheckNamed(shape, map, name);
	for (int i = 0; i < map->count; i++)
	{
		const Shape *entry = shape->element;
		const JsonNode *node = &map->members[i].value;
		const JsonNode *list =
		    node->type == JSON_NODE_NULL ? NULL : StructureFind(NodeStructure(node), member->list);

		if (list != NULL)
			CheckNamed(entry->members[entry->slots[member->list] - entry->first_slot].shape, list,
			           psprintf("%s.%.*s.member.%s", name, BYTES_ARGS(map->members[i].name),
			                    MemberName(member->list)));
	}
}

static bool
HasConditionsToCombine(const Structure *request)
{
	static const MemberId conditions[] = { MEMBER_Expected, MEMBER_QueryFilter };

	for (int i = 0; i < lengthof(conditions); i++)
	{
		const JsonNode *map = StructureFind(request, conditions[i]);

		if (map != NULL && map->count > 1)
			return true;
	}
	return false;
}

static bool
NestsDeeper(const JsonNode *node, int levels)
{
	check_stack_depth();
	if (node->type != JSON_NODE_OBJECT && node->type != JSON_NODE_ARRAY)
		return false;
	for (int i = 0; i < node->count; i++)
	{
		if (levels == 0 || NestsDeeper(node->type == JSON_NODE_OBJECT ? &node->members[i].value
		                                                              : &node->elements[i],
		                               levels - 1))
			return true;
	}
	return false;
}

/* Whether there is a value in more lists and maps than the newer framework reads. */
static bool
HoldsDeepValue(const Structure *request)
{
	for (int i = 0; i < request->count; i++)
	{
		/* A list, a map or a scalar in them is an object of its type, and what that holds. */
		if (NestsDeeper(&request->slots[i], 2 * (MAX_LEVELS_READ + 1)))
			return true;
	}
	return false;
}

static void
CheckMember(const FormedMember *member, const Structure *request, bool lacks_required)
{
	const Shape *shape = member->input->members[PositionOf(member)].shape;
	const JsonNode *node = StructureFind(request, member->member);
	bool raises = false;

	if (member->form == FORM_ABSENT)
		raises = node == NULL;
	else if (node == NULL || lacks_required)
		return;
	else if (member->form == FORM_NAMED)
		CheckNamed(shape, node, MemberName(member->member));
	else if (member->form == FORM_NAMED_LISTS)
		CheckNamedLists(member, shape, node);
	else if (member->form == FORM_EMPTY)
		raises = node->count == 0;
	else if (member->form == FORM_UNNAMED)
		raises = !ConstraintsHold(shape, node) && !HoldsDeepValue(request);
	else if (member->form == FORM_COMBINING)
		raises = HasConditionsToCombine(request) && !ConstraintsHold(shape, node);
	if (raises)
		ValidationError("%s", member->text);
}

bool
LacksRequired(const Structure *request)
{
	const Shape *shape = request->shape;

	for (int i = 0; i < shape->member_count; i++)
	{
		if (shape->members[i].required &&
		    (i >= request->count || request->slots[i].type == JSON_NODE_NULL))
			return true;
	}
	return false;
}

void
CurrentFormsCheck(const Structure *request)
{
	bool lacks_required = LacksRequired(request);

	for (int i = 0; i < lengthof(formed); i++)
	{
		if (formed[i].input == request->shape)
			CheckMember(&formed[i], request, lacks_required);
	}
}

static bool
HasForm(const Shape *input, int position, MemberForm form)
{
	for (int i = 0; i < lengthof(formed); i++)
	{
		if (formed[i].input == input && formed[i].form == form &&
		    PositionOf(&formed[i]) == position)
			return true;
	}
	return false;
}

bool
OlderFormSkips(const Shape *input, int position, bool lacks_required)
{
	return !lacks_required && HasForm(input, position, FORM_COMBINING);
}

bool
MemberYields(const Shape *input, int position)
{
	return HasForm(input, position, FORM_YIELDING);
}
