/*
 * AttributeUpdates and AttributesToGet, as the update and the projection that
 * they stand for.
 */
#include "expr/legacy/legacy.h"

static void
CheckUpdateType(ActionType type, const AttributeValue *value)
{
	TypeSet bit = TYPE_BIT(value->type);

	if (type == ACTION_ADD &&
	    (bit & (TYPES_SETS | TYPE_BIT(ATTRIBUTE_N) | TYPE_BIT(ATTRIBUTE_L))) == 0)
		RequestError(TEXT_LEGACY_ADD_TYPE, AttributeTypeName(value->type));
	if (type == ACTION_DELETE && (bit & TYPES_SETS) == 0)
		RequestError(TEXT_LEGACY_DELETE_TYPE, AttributeTypeName(value->type));
}

/* PUT, the default, sets; DELETE without a value removes the attribute. */
static ActionType
ReadAction(const Structure *update)
{
	Bytes name = StructureString(update, member_Action);
	bool has_value = StructureHas(update, MEMBER_Value);

	if (name.data != NULL && BytesEqual(name, BYTES_LITERAL("DELETE")))
		return has_value ? ACTION_DELETE : ACTION_REMOVE;
	if (!has_value)
		RequestError(TEXT_LEGACY_VALUE_LACKING);
	return name.data != NULL && BytesEqual(name, BYTES_LITERAL("ADD")) ? ACTION_ADD : ACTION_SET;
}

static UpdateAction *
MakeAction(LegacyBuilder *builder, const JsonMember *member)
{
	const Structure *update = NodeStructure(&member->value);
	UpdateAction *action = palloc0(sizeof(UpdateAction));

	action->type = ReadAction(update);
	action->path = LegacyPath(builder, member->name);
	if (action->type != ACTION_REMOVE)
	{
		const AttributeValue *value = LegacyParseValue(StructureValue(update, member_Value));

		CheckUpdateType(action->type, value);
		action->operand = LegacyValue(builder, value);
	}
	return action;
}

BoundExpression *
AttributeUpdatesToUpdate(const JsonNode *attribute_updates)
{
	LegacyBuilder builder;
	int count;
	const JsonMember **members = LegacyMembers(attribute_updates, &count);

	LegacyBuilderInit(&builder, EXPRESSION_UPDATE);
	for (int i = 0; i < count; i++)
		builder.parsed->actions =
		    lappend(builder.parsed->actions, MakeAction(&builder, members[i]));
	return LegacyFinish(&builder);
}

static int
CompareNames(const void *a, const void *b)
{
	return BytesCompare(*(const Bytes *) a, *(const Bytes *) b);
}

static void
CheckDuplicateNames(const JsonNode *names)
{
	Bytes *sorted = palloc(sizeof(Bytes) * Max(names->count, 1));

	for (int i = 0; i < names->count; i++)
		sorted[i] = JsonNodeString(&names->elements[i]);
	qsort(sorted, names->count, sizeof(Bytes), CompareNames);
	for (int i = 1; i < names->count; i++)
	{
		if (BytesEqual(sorted[i - 1], sorted[i]))
			RequestError(TEXT_LEGACY_NAME_TWICE, BYTES_ARGS(sorted[i]));
	}
}

BoundExpression *
AttributesToGetToProjection(const JsonNode *attributes_to_get)
{
	LegacyBuilder builder;

	CheckDuplicateNames(attributes_to_get);
	LegacyBuilderInit(&builder, EXPRESSION_PROJECTION);
	for (int i = 0; i < attributes_to_get->count; i++)
		LegacyPath(&builder, JsonNodeString(&attributes_to_get->elements[i]));
	return LegacyFinish(&builder);
}
