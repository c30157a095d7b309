/*
 * See side.h.
 */
#include "transfer/remote/side.h"

#include "access/xact.h"
#include "miscadmin.h"

#include "error/error.h"
#include "model/read.h"
#include "operation/operation.h"
#include "session/subtransaction.h"
#include "session/worker_session.h"
#include "storage/relation/table_owner.h"

static void
RunHere(void *argument)
{
	ApiCall *call = argument;
	const Operation *operation = OperationFind(BytesFromCString(call->operation));
	OperationContext context = OperationContextOfSession();
	StringInfoData answer;

	context.plain_json = true;
	initStringInfo(&answer);
	OperationRun(
	    &context, operation,
	    RequestReadText(operation->input, (Bytes){ call->request.data, call->request.len }),
	    &answer);
	if (answer.len == 0)
		appendStringInfoString(&answer, "{}");
	call->answer = JsonParse((Bytes){ answer.data, answer.len });
	call->size = answer.len;
}

/* Where the call allows an exception it runs in a subtransaction. */
static void
TryHere(ApiCall *call)
{
	const ExceptionInfo *exception;
	ErrorData *error;

	if (call->allowed == NULL)
	{
		RunHere(call);
		return;
	}
	error = SubtransactionTry(RunHere, call);
	if (error == NULL)
		return;
	exception = ExceptionFromSqlState(error->sqlerrcode);
	call->refused = exception != NULL && strcmp(exception->name, call->allowed) == 0;
	if (!call->refused)
		ReThrowError(error);
}

static void
RunAsOwner(const Side *side, ApiCall *call)
{
	CallerRole caller;

	if (GetUserId() == side->owner)
	{
		TryHere(call);
		return;
	}
	caller = BecomeRole(side->owner);
	TryHere(call);
	ReturnToCaller(&caller);
}

static void
RunInTransaction(const Side *side, ApiCall *call)
{
	MemoryContext context = CurrentMemoryContext;
	bool own = !IsTransactionState();

	if (own)
		WorkerTransactionBegin();
	MemoryContextSwitchTo(context);
	RunAsOwner(side, call);
	if (own)
		WorkerTransactionCommit();
	MemoryContextSwitchTo(context);
}

void
SideRun(const Side *side, ApiCall *calls, int count)
{
	if (side->remote != NULL)
	{
		RemoteRun(side->remote, calls, count);
		return;
	}
	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		RunInTransaction(side, &calls[i]);
	}
}

const JsonNode *
SideAsk(const Side *side, ApiCall *call)
{
	SideRun(side, call, 1);
	return call->answer;
}

static bool
IsException(int sqlstate, DynamoException exception)
{
	return sqlstate == ExceptionSqlState(exception);
}

bool
SideErrorMayPass(int sqlstate)
{
	int category = ERRCODE_TO_CATEGORY(sqlstate);

	return SqlStateIsConflict(sqlstate) || category == ERRCODE_CONNECTION_EXCEPTION ||
	       category == ERRCODE_TRANSACTION_ROLLBACK ||
	       category == ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE ||
	       category == ERRCODE_TO_CATEGORY(ERRCODE_INSUFFICIENT_RESOURCES) ||
	       category == ERRCODE_TO_CATEGORY(ERRCODE_OPERATOR_INTERVENTION) ||
	       IsException(sqlstate, EXCEPTION_TRANSACTION_CONFLICT) ||
	       IsException(sqlstate, EXCEPTION_PROVISIONED_THROUGHPUT_EXCEEDED) ||
	       IsException(sqlstate, EXCEPTION_REQUEST_LIMIT_EXCEEDED) ||
	       IsException(sqlstate, EXCEPTION_THROTTLING) ||
	       IsException(sqlstate, EXCEPTION_LIMIT_EXCEEDED) ||
	       IsException(sqlstate, EXCEPTION_RESOURCE_IN_USE) ||
	       IsException(sqlstate, EXCEPTION_SERVICE_UNAVAILABLE) ||
	       IsException(sqlstate, EXCEPTION_INTERNAL_SERVER_ERROR);
}
