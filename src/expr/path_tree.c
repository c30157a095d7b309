/*
 * Builds the tree of document paths by sorting them, which also brings paths
 * that overlap or conflict side by side.
 */
#include "expr/path_tree.h"

#include "miscadmin.h"

/* A path with its names resolved. */
typedef struct Target
{
	const BoundExpression *bound;
	const Path *path;
	const UpdateAction *action;
} Target;

typedef enum PathRelation
{
	PATHS_APART,
	PATHS_OVERLAP, /* one leads to the other */
	PATHS_CONFLICT /* one takes for a map what the other takes for a list */
} PathRelation;

/* <0, 0, >0. Indexes come before names. */
static int
CompareSteps(const BoundExpression *bound, const PathStep *a, const PathStep *b)
{
	if (StepIsIndex(a) != StepIsIndex(b))
		return StepIsIndex(a) ? -1 : 1;
	if (StepIsIndex(a))
		return a->number < b->number ? -1 : a->number > b->number;
	return JsonbKeyCompare(StepName(bound, a), StepName(bound, b));
}

static int
CompareTargets(const void *a, const void *b)
{
	const Target *left = a;
	const Target *right = b;
	int common = Min(left->path->step_count, right->path->step_count);

	for (int i = 0; i < common; i++)
	{
		int order = CompareSteps(left->bound, &left->path->steps[i], &right->path->steps[i]);

		if (order != 0)
			return order;
	}
	return left->path->step_count - right->path->step_count;
}

static PathRelation
RelatePaths(const Target *a, const Target *b)
{
	int common = Min(a->path->step_count, b->path->step_count);

	for (int i = 0; i < common; i++)
	{
		const PathStep *left = &a->path->steps[i];
		const PathStep *right = &b->path->steps[i];

		if (StepIsIndex(left) != StepIsIndex(right))
			return PATHS_CONFLICT;
		if (CompareSteps(a->bound, left, right) != 0)
			return PATHS_APART;
	}
	return PATHS_OVERLAP;
}

/* Reports the first two targets, in the order of the text, that do not go together. */
static void
ReportClash(const Target *targets, int count)
{
	for (int second = 1; second < count; second++)
	{
		for (int first = 0; first < second; first++)
		{
			const Target *one = &targets[first];
			const Target *two = &targets[second];
			PathRelation relation = RelatePaths(one, two);

			if (relation == PATHS_APART)
				continue;
			BoundExpressionError(
			    one->bound, TEXT_PATHS_MEET, relation == PATHS_OVERLAP ? "overlap" : "conflict",
			    PathToString(one->bound, one->path), PathToString(two->bound, two->path));
		}
	}
}

static void
CheckClashes(const Target *sorted, const Target *in_text, int count)
{
	for (int i = 1; i < count; i++)
	{
		if (RelatePaths(&sorted[i - 1], &sorted[i]) != PATHS_APART)
		{
			ReportClash(in_text, count);
			return;
		}
	}
}

/* Where the targets that take the same step at `depth` as the first one end. */
static int
RunEnd(const Target *targets, int count, int depth)
{
	int end = 1;

	while (end < count && CompareSteps(targets[0].bound, &targets[0].path->steps[depth],
	                                   &targets[end].path->steps[depth]) == 0)
		end++;
	return end;
}

static int
CountRuns(const Target *targets, int count, int depth)
{
	int runs = 0;

	for (int i = 0; i < count; i += RunEnd(targets + i, count - i, depth))
		runs++;
	return runs;
}

/* Hangs sorted targets, which agree in their first `depth` steps, below `tree`. */
static void
BuildChildren(PathTree *tree, const Target *targets, int count, int depth)
{
	int start = 0;

	if (count == 1 && targets->path->step_count == depth)
	{
		tree->action = targets->action;
		return;
	}
	tree->children = palloc0(sizeof(PathTree) * CountRuns(targets, count, depth));
	tree->by_index = StepIsIndex(&targets->path->steps[depth]);
	while (start < count)
	{
		const PathStep *step = &targets[start].path->steps[depth];
		int length = RunEnd(targets + start, count - start, depth);
		PathTree *child = &tree->children[tree->child_count++];

		if (StepIsIndex(step))
			child->index = step->number;
		else
			child->name = StepName(targets->bound, step);
		BuildChildren(child, targets + start, length, depth + 1);
		start += length;
	}
}

static Target *
CollectTargets(const BoundExpression *bound, int *count)
{
	bool is_update = bound->parsed->kind == EXPRESSION_UPDATE;
	List *list = is_update ? bound->parsed->actions : bound->parsed->paths;
	Target *targets = palloc(sizeof(Target) * Max(list_length(list), 1));
	ListCell *cell;

	*count = 0;
	foreach (cell, list)
	{
		const UpdateAction *action = is_update ? lfirst(cell) : NULL;

		targets[(*count)++] = (Target){ bound, is_update ? action->path : lfirst(cell), action };
	}
	return targets;
}

const PathTree *
PathTreeOfTargets(const BoundExpression *bound)
{
	PathTree *tree;
	Target *targets;
	Target *sorted;
	int count;

	if (bound->parsed->kind != EXPRESSION_UPDATE && bound->parsed->kind != EXPRESSION_PROJECTION)
		return NULL;
	if (bound->parsed->labels != NULL)
		return NULL;
	targets = CollectTargets(bound, &count);
	sorted = palloc(sizeof(Target) * Max(count, 1));
	memcpy(sorted, targets, sizeof(Target) * count);
	qsort(sorted, count, sizeof(Target), CompareTargets);
	CheckClashes(sorted, targets, count);
	tree = palloc0(sizeof(PathTree));
	if (count > 0)
		BuildChildren(tree, sorted, count, 0);
	return tree;
}

const PathTree *
PathTreeChild(const PathTree *tree, Bytes name)
{
	int low = 0;
	int high = tree->child_count - 1;

	while (low <= high)
	{
		int middle = (low + high) / 2;
		int order = JsonbKeyCompare(name, tree->children[middle].name);

		if (order == 0)
			return &tree->children[middle];
		if (order < 0)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return NULL;
}

static bool
ProjectMap(const PathTree *tree, const AttributeValue *map, AttributeValue *projected)
{
	*projected = (AttributeValue){ ATTRIBUTE_M };
	projected->attributes = palloc(sizeof(Attribute) * tree->child_count);
	for (int i = 0; i < tree->child_count; i++)
	{
		const PathTree *child = &tree->children[i];
		const AttributeValue *value = MapGet(map, child->name);
		Attribute *attribute = &projected->attributes[projected->count];

		if (value == NULL || !PathTreeProject(child, value, &attribute->value))
			continue;
		attribute->name = child->name;
		projected->count++;
	}
	return projected->count > 0;
}

static bool
ProjectList(const PathTree *tree, const AttributeValue *list, AttributeValue *projected)
{
	*projected = (AttributeValue){ ATTRIBUTE_L };
	projected->elements = palloc(sizeof(AttributeValue) * tree->child_count);
	for (int i = 0; i < tree->child_count; i++)
	{
		const PathTree *child = &tree->children[i];

		if (child->index < list->count && PathTreeProject(child, &list->elements[child->index],
		                                                  &projected->elements[projected->count]))
			projected->count++;
	}
	return projected->count > 0;
}

bool
PathTreeProject(const PathTree *tree, const AttributeValue *value, AttributeValue *projected)
{
	if (tree->child_count == 0)
	{
		*projected = *value;
		return true;
	}
	if (value->type != (tree->by_index ? ATTRIBUTE_L : ATTRIBUTE_M))
		return false;
	return tree->by_index ? ProjectList(tree, value, projected)
	                      : ProjectMap(tree, value, projected);
}
