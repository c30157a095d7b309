/*
 * Constraints of a shape on a value that is there.
 */
#ifndef DYNAMO_MODEL_CONSTRAINT_H
#define DYNAMO_MODEL_CONSTRAINT_H

#include "model/structure.h"

/* In the order in which the service reports those of one value. */
typedef enum Constraint
{
	CONSTRAINT_SET,
	CONSTRAINT_PATTERN,
	CONSTRAINT_MAX,
	CONSTRAINT_MIN
} Constraint;

/* Whether the shape has the constraint, and whether the value satisfies one that it has. */
extern bool ConstraintApplies(const Shape *shape, Constraint constraint);
extern bool ConstraintHolds(const Shape *shape, const JsonNode *node, Constraint constraint);

/* Whether the value satisfies all that the shape has. */
extern bool ConstraintsHold(const Shape *shape, const JsonNode *node);

/* "Member must have length less than or equal to 255"; palloc'd. */
extern char *ConstraintText(const Shape *shape, Constraint constraint);

/* All of them between commas, in the order that the service has for elements; palloc'd. */
extern char *ConstraintsText(const Shape *shape);

#endif
