/*
 * Conditions on items as predicates of jsonpath.
 */
#ifndef DYNAMO_ITEM_PREDICATE_H
#define DYNAMO_ITEM_PREDICATE_H

#include "expr/ast.h"

/*
 * Appends a predicate of strict mode that holds for a stored item where the condition holds. False
 * where there is none; then something of it may have been appended.
 */
extern bool ItemPredicate(StringInfo out, const BoundExpression *where, const ExpressionNode *node);

/* Whether an attribute of the name is stored under it. */
extern bool ItemPredicateTakesName(Bytes name);

#endif
