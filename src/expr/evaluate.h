/*
 * Operands of a bound expression as values of one item.
 */
#ifndef DYNAMO_EVALUATE_H
#define DYNAMO_EVALUATE_H

#include "expr/ast.h"

typedef struct RootValue RootValue;
typedef struct ComparisonMemory ComparisonMemory; /* expr/comparison.c */

/* One evaluation on one item. Top-level attributes are decoded when first asked for. */
typedef struct Evaluation
{
	const BoundExpression *bound;
	const ItemView *item;
	RootValue *roots;
	ComparisonMemory *comparisons; /* NULL: none that took long */
	bool no_item;                  /* an update makes its item */
	int size_set;                  /* of what the actions of an update have set */
} Evaluation;

/* To evaluate an expression that has not been admitted is a fault of this code. */
extern void EvaluationCheckAdmitted(const BoundExpression *bound);

extern void EvaluationInit(Evaluation *evaluation, const BoundExpression *bound,
                           const ItemView *item);

/* What the path leads to in the item, or NULL. */
extern const AttributeValue *EvaluatePath(Evaluation *evaluation, const Path *path);

/* DynamoDB's size(): false where the type has none. */
extern bool ValueSize(const AttributeValue *value, int *size);

#endif
