/*
 * The end of an operation's authorization.
 */
#ifndef DYNAMO_AUTHORIZATION_END_H
#define DYNAMO_AUTHORIZATION_END_H

#include "operation/context.h"

/*
 * To be called when the operation has written its answer, before the answer goes anywhere. Raises
 * AccessDeniedException where something has been left undecided.
 */
extern void AuthorizationEnd(const OperationContext *context);

#endif
