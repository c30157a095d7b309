/*
 * What can be judged of an expression once its names and values are known.
 */
#ifndef DYNAMO_CHECK_H
#define DYNAMO_CHECK_H

#include "compat.h"
#include "expr/ast.h"

/* Raises ValidationException for a value's placeholder that the request does not define. */
pg_noreturn extern void RaiseValueNotDefined(const ParsedExpression *parsed, int number);

/* Raises ValidationException for operands of the wrong type and the like. */
extern void CheckOperandTypes(const BoundExpression *bound);

#endif
