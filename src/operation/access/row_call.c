/*
 * See row_call.h.
 */
#include "operation/access/row_call.h"

#include "utils/snapmgr.h"

#include "metrics/metering.h"
#include "operation/access/authorization.h"
#include "operation/access/authorization_end.h"
#include "operation/operation.h"

void
RowCallRun(const char *name, const char *action,
           void (*run)(const OperationContext *context, void *state), void *state)
{
	OperationContext context = OperationContextOfSession();
	struct Authorization authorization;
	volatile bool failed = true;
	Metering metering;

	MeteringBegin(&metering, name, true);
	PG_TRY();
	{
		OperationStart();
		AuthorizationBegin(&context, &authorization, action);
		run(&context, state);
		AuthorizationEnd(&context);
		PopActiveSnapshot();
		failed = false;
	}
	PG_FINALLY();
	{
		MeteringEnd(&metering, NULL, failed, 0);
	}
	PG_END_TRY();
}
