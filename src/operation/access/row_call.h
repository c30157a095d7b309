/*
 * Calls that give or take items as rows of SQL: no operations of the API, but authorized as one of
 * them, and counted in the metrics under names of their own.
 */
#ifndef DYNAMO_ROW_CALL_H
#define DYNAMO_ROW_CALL_H

#include "operation/context.h"

/*
 * Runs the function, whose context asks for the action of a policy, under a fresh snapshot. The
 * call counts by this name, a constant.
 */
extern void RowCallRun(const char *name, const char *action,
                       void (*run)(const OperationContext *context, void *state), void *state);

#endif
