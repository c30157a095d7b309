/*
 * What WHERE says of single attributes.
 */
#ifndef DYNAMO_WHERE_H
#define DYNAMO_WHERE_H

#include "expr/ast.h"

/* A comparison of one attribute with values that are known. */
typedef struct Comparison
{
	OperatorId op;
	Bytes attribute;
	int count;
	const AttributeValue **values;
} Comparison;

/* Values, each once. */
typedef struct ValueList
{
	int count;
	const AttributeValue **values;
} ValueList;

/*
 * Reads `attribute OPERATOR value, ...`, also the other way round, but for <>;
 * false where it is something else.
 */
extern bool ComparisonRead(const BoundExpression *where, const ExpressionNode *node,
                           Comparison *comparison);

/* The conditions that AND joins at the top, of ExpressionNode *; NIL where there is no WHERE. */
extern List *WhereConjuncts(const BoundExpression *where);

/* The only values that the attribute can have where the condition `node` holds. False: unknown. */
extern bool WhereValues(const BoundExpression *where, const ExpressionNode *node, Bytes attribute,
                        ValueList *values);

/*
 * Whether the condition `node` can hold for an item that has these values, a
 * map, of some of its attributes. True where that depends on others, or is not
 * told by = and IN.
 */
extern bool WhereMayHold(const BoundExpression *where, const ExpressionNode *node,
                         const AttributeValue *known);

/* The value of the first conjunct that demands one of the attribute by =, or NULL. */
extern const AttributeValue *WhereDemands(const BoundExpression *where, List *conjuncts,
                                          Bytes attribute);

#endif
