/*
 * Taking from an item what a projection expression names.
 */
#include "expr/path_tree.h"
#include "item/encoding.h"

static bool
GetTopLevel(const ItemView *item, Bytes name, AttributeValue *value)
{
	const AttributeValue *found;

	if (item->stored != NULL)
		return ItemGetAttribute(item->stored, name, value);
	found = item->map != NULL ? MapGet(item->map, name) : NULL;
	if (found != NULL)
		*value = *found;
	return found != NULL;
}

AttributeValue
ProjectionApply(const BoundExpression *projection, const ItemView *item)
{
	const PathTree *targets = projection->targets;
	AttributeValue result = { ATTRIBUTE_M };

	result.attributes = palloc(sizeof(Attribute) * Max(targets->child_count, 1));
	for (int i = 0; i < targets->child_count; i++)
	{
		const PathTree *child = &targets->children[i];
		Attribute *attribute = &result.attributes[result.count];
		AttributeValue value;

		if (!GetTopLevel(item, child->name, &value) ||
		    !PathTreeProject(child, &value, &attribute->value))
			continue;
		attribute->name = child->name;
		result.count++;
	}
	return result;
}

Bytes *
ProjectionAttributes(const BoundExpression *projection, int *count)
{
	const PathTree *targets = projection->targets;
	Bytes *names = palloc(sizeof(Bytes) * Max(targets->child_count, 1));

	for (int i = 0; i < targets->child_count; i++)
		names[i] = targets->children[i].name;
	*count = targets->child_count;
	return names;
}
