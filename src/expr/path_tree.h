/*
 * The document paths of an update or a projection, merged into one tree in the
 * order of items: maps by jsonb's order of names, lists by index.
 */
#ifndef DYNAMO_PATH_TREE_H
#define DYNAMO_PATH_TREE_H

#include "expr/ast.h"

struct PathTree
{
	Bytes name;                 /* the step that leads here: a name, or */
	uint32 index;               /* a list index */
	const UpdateAction *action; /* at the end of an update's path */
	bool by_index;              /* the children are elements of a list */
	int child_count;            /* 0: a path ends here */
	PathTree *children;
};

/*
 * The tree of what an update changes or a projection without labels takes; NULL
 * for other expressions. Raises ValidationException where paths overlap or conflict.
 */
extern const PathTree *PathTreeOfTargets(const BoundExpression *bound);

/* The child of this name, or NULL. */
extern const PathTree *PathTreeChild(const PathTree *tree, Bytes name);

/*
 * Of `value`, what the tree's paths name, in its nesting; list elements move
 * together. False where there is nothing.
 */
extern bool PathTreeProject(const PathTree *tree, const AttributeValue *value,
                            AttributeValue *projected);

#endif
