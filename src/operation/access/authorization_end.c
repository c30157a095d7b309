/*
 * What no question has settled is refused.
 */
#include "operation/access/authorization_end.h"

#include "operation/access/authorization.h"
#include "operation/access/resource_access.h"
#include "operation/access/table_access.h"

void
AuthorizationEnd(const OperationContext *context)
{
	struct Authorization *authorization = context->authorization;

	if (!authorization->asked)
		AccessService(context, "*");
	if (authorization->pending != NULL)
		PendingAccessEnd(authorization->pending);
}
