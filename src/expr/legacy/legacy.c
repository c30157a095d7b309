/*
 * Building expressions out of legacy parameters.
 */
#include "expr/legacy/legacy.h"

#include "item/encoding.h"
#include "item/item_rules.h"

void
LegacyBuilderInit(LegacyBuilder *builder, ExpressionKind kind)
{
	builder->parsed = palloc0(sizeof(ParsedExpression));
	builder->parsed->kind = kind;
	builder->parsed->legacy = true;
	builder->capacity = 8;
	builder->values = palloc(sizeof(AttributeValue *) * builder->capacity);
}

const Path *
LegacyPath(LegacyBuilder *builder, Bytes name)
{
	Path *path = palloc0(sizeof(Path));

	AttributeNameRequire(name);
	path->step_count = 1;
	path->steps = palloc0(sizeof(PathStep));
	path->steps[0] = (PathStep){ STEP_NAME, 0, name };
	path->root = builder->parsed->root_count++;
	builder->parsed->paths = lappend(builder->parsed->paths, path);
	return path;
}

ExpressionNode *
LegacyValue(LegacyBuilder *builder, const AttributeValue *value)
{
	int number = builder->parsed->value_count++;

	if (number == builder->capacity)
	{
		builder->capacity *= 2;
		builder->values = repalloc(builder->values, sizeof(AttributeValue *) * builder->capacity);
	}
	builder->values[number] = value;
	return MakeValueNode(number);
}

const AttributeValue *
LegacyParseValue(const JsonNode *node)
{
	AttributeValue *value = palloc(sizeof(AttributeValue));

	AttributeValueParse(node, value);
	return value;
}

BoundExpression *
LegacyFinish(LegacyBuilder *builder)
{
	return BindReady(builder->parsed, builder->values);
}

static int
CompareMembers(const void *a, const void *b)
{
	const JsonMember *left = *(const JsonMember *const *) a;
	const JsonMember *right = *(const JsonMember *const *) b;
	int order = BytesCompare(left->name, right->name);

	if (order == 0)
		order = left < right ? 1 : -1;
	return order;
}

const JsonMember **
LegacyMembers(const JsonNode *object, int *count)
{
	const JsonMember **members = palloc(sizeof(JsonMember *) * Max(object->count, 1));
	int kept = 0;

	for (int i = 0; i < object->count; i++)
		members[i] = &object->members[i];
	qsort(members, object->count, sizeof(JsonMember *), CompareMembers);
	for (int i = 0; i < object->count; i++)
	{
		if (kept == 0 || !BytesEqual(members[kept - 1]->name, members[i]->name))
			members[kept++] = members[i];
	}
	*count = kept;
	return members;
}
