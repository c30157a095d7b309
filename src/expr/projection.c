/*
 * Taking from an item what a projection names.
 */
#include "expr/evaluate.h"
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

/* The values of a PartiQL SELECT stand side by side. */
static AttributeValue
ApplyLabelled(const BoundExpression *projection, const ItemView *item)
{
	const List *paths = projection->parsed->paths;
	AttributeValue result = { ATTRIBUTE_M };
	Evaluation evaluation;

	EvaluationInit(&evaluation, projection, item);
	result.attributes = palloc(sizeof(Attribute) * list_length(paths));
	for (int i = 0; i < list_length(paths); i++)
	{
		const AttributeValue *value = EvaluatePath(&evaluation, list_nth(paths, i));

		if (value != NULL)
			result.attributes[result.count++] =
			    (Attribute){ projection->parsed->labels[i], *value };
	}
	MapNormalise(&result);
	return result;
}

/* The paths of a projection in the nesting that they have in the item. */
static AttributeValue
ApplyNested(const BoundExpression *projection, const ItemView *item)
{
	const PathTree *targets = projection->targets;
	AttributeValue result = { ATTRIBUTE_M };

	EvaluationCheckAdmitted(projection);
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

AttributeValue
ProjectionApply(const BoundExpression *projection, const ItemView *item)
{
	return projection->parsed->labels != NULL ? ApplyLabelled(projection, item)
	                                          : ApplyNested(projection, item);
}

/* The first step of each path, once but where different placeholders stand for one. */
static Bytes *
RootAttributes(const BoundExpression *projection, int *count)
{
	Bytes *names = palloc(sizeof(Bytes) * projection->parsed->root_count);
	ListCell *cell;

	*count = projection->parsed->root_count;
	foreach (cell, projection->parsed->paths)
	{
		const Path *path = lfirst(cell);

		names[path->root] = StepName(projection, &path->steps[0]);
	}
	return names;
}

static Bytes *
TargetAttributes(const BoundExpression *projection, int *count)
{
	const PathTree *targets = projection->targets;
	Bytes *names = palloc(sizeof(Bytes) * Max(targets->child_count, 1));

	for (int i = 0; i < targets->child_count; i++)
		names[i] = targets->children[i].name;
	*count = targets->child_count;
	return names;
}

Bytes *
ProjectionAttributes(const BoundExpression *projection, int *count)
{
	if (projection->parsed->labels != NULL)
		return RootAttributes(projection, count);
	return TargetAttributes(projection, count);
}
