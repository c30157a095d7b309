/*
 * A condition of a search on vectors, taken apart: what it asks of which attribute (developer
 * guide, "SearchConditionExpression reference for vector indexes").
 */
#ifndef DYNAMO_SEARCH_CONDITION_H
#define DYNAMO_SEARCH_CONDITION_H

#include "expr/expression.h"
#include "expr/operators.h"

typedef struct SearchCondition SearchCondition;

struct SearchCondition
{
	OperatorId op; /* AND, OR and NOT are of parts, all others of an attribute */
	int count;     /* of parts, or of operands */
	SearchCondition **parts;
	Bytes attribute;
	const AttributeValue **operands; /* what the attribute is compared with */
};

/*
 * Palloc'd, sharing the values of the bound expression. Raises ValidationException where it has
 * what no such condition may have: nested attributes, other functions, two attributes in one
 * comparison.
 */
extern SearchCondition *SearchConditionOf(const BoundExpression *bound);

/* The value that the attribute must be equal to for the condition to be true, or NULL. */
extern const AttributeValue *SearchConditionEqual(const SearchCondition *condition,
                                                  Bytes attribute);

/* Calls `visit` for each condition on an attribute. */
typedef void (*SearchConditionVisitor)(const SearchCondition *condition, void *state);
extern void SearchConditionVisit(const SearchCondition *condition, SearchConditionVisitor visit,
                                 void *state);

#endif
