/*
 * Whom policies narrow.
 */
#include "operation/access/authorization.h"

#include "compat.h"
#include "auth/policy/evaluate.h"

void
AuthorizationBegin(OperationContext *context, struct Authorization *authorization,
                   const char *action)
{
	*authorization = (struct Authorization){ .action = action };
	context->authorization = authorization;
}

bool
AuthorizationIsNarrowed(const OperationContext *context, Oid table, int64 stream)
{
	return !context->internal && PolicyApplies(&context->identity, table, stream);
}
