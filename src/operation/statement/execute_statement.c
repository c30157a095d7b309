/*
 * ExecuteStatement: one PartiQL statement.
 */
#include "operation/item_operations.h"

#include "operation/item/item_read.h"
#include "operation/statement/next_token.h"
#include "operation/statement/statement_read.h"
#include "operation/statement/statement_request.h"
#include "operation/statement/statement_write.h"

static void
RunRead(const OperationContext *context, const Statement *statement, const Structure *request,
        JsonWriter *response)
{
	StatementRead read;

	StatementReadOpen(context, statement, request, &read);
	StatementReadRun(context, &read, request, response);
}

static void
RunWrite(const OperationContext *context, const Statement *statement, const Structure *request,
         JsonWriter *response)
{
	StatementWrite write;

	StatementWriteOpen(context, statement, request, CapacityDetailOf(request), &write);
	NextTokenRefuse(&context->identity, request);
	StatementWriteOrFail(context, &write);
	JsonBeginObject(response);
	JsonName(response, "Items");
	JsonBeginArray(response);
	if (write.returns)
		ProjectedItemWrite(response, &write.returned, NULL);
	JsonEndArray(response);
	ConsumedCapacityMember(response, &write.consumed);
	JsonEndObject(response);
}

void
RunExecuteStatement(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	const Statement *statement = SingleStatementOfRequest(request);

	if (statement->type == STATEMENT_SELECT)
		RunRead(context, statement, request, response);
	else
		RunWrite(context, statement, request, response);
}
