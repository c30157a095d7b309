/*
 * A PartiQL statement as a set of rows: its items in the form that tables store.
 */
#include "operation/operation.h"

#include "metrics/call.h"
#include "model/read.h"
#include "operation/access/row_call.h"
#include "operation/read/row_sink.h"
#include "operation/statement/plan_source.h"
#include "operation/statement/statement_read.h"
#include "operation/statement/statement_request.h"
#include "operation/statement/statement_write.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

/* Page after page, as a client that follows NextToken reads them. */
static void
AddItems(const OperationContext *context, ReturnSetInfo *result, const Statement *statement)
{
	RowSink sink;
	StatementRead read;
	ItemSource *source;

	RowSinkInit(&sink, result, 0);
	StatementReadOpen(context, statement, NULL, &read);
	source = PlanSourceOpen(read.page.table, &read.plan, NULL);
	while (PageRead(&read.page, &read.selection, source, &sink.sink).last != NULL)
		CHECK_FOR_INTERRUPTS();
	PlanSourceClose(source);
	MetricsNoteItems(sink.count);
}

static void
AddReturned(const OperationContext *context, ReturnSetInfo *result, const Statement *statement)
{
	StatementWrite write;
	RowSink sink;

	RowSinkInit(&sink, result, 0);
	StatementWriteOpen(context, statement, NULL, CAPACITY_NONE, &write);
	StatementWriteOrFail(context, &write);
	if (write.returns)
		RowSinkAdd(&sink, &write.returned, NULL);
}

/* The request of ExecuteStatement that the arguments are. */
static const Structure *
RequestOf(text *statement, Jsonb *parameters)
{
	JsonMember members[2];
	JsonNode request = { JSON_NODE_OBJECT, 1, { .members = members } };

	members[0] = (JsonMember){
		BYTES_LITERAL("Statement"),
		{ JSON_NODE_STRING, VARSIZE_ANY_EXHDR(statement), { .text = VARDATA_ANY(statement) } }
	};
	if (parameters != NULL)
		members[request.count++] =
		    (JsonMember){ BYTES_LITERAL("Parameters"), *JsonFromJsonb(parameters) };
	return RequestReadNode(&shape_ExecuteStatementInput, &request);
}

/* A call of the function. */
typedef struct RowsCall
{
	const Structure *request;
	ReturnSetInfo *result;
} RowsCall;

static void
Run(const OperationContext *context, void *state)
{
	const RowsCall *call = state;
	const Statement *statement = SingleStatementOfRequest(call->request);

	if (statement->type == STATEMENT_SELECT)
		AddItems(context, call->result, statement);
	else
		AddReturned(context, call->result, statement);
}

PG_FUNCTION_INFO_V1(dynamo_partiql);

Datum
dynamo_partiql(PG_FUNCTION_ARGS)
{
	RowsCall call = { .result = (ReturnSetInfo *) fcinfo->resultinfo };

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	call.request = RequestOf(PG_GETARG_TEXT_PP(0), PG_ARGISNULL(1) ? NULL : PG_GETARG_JSONB_P(1));
	RowCallRun("partiql", "ExecuteStatement", Run, &call);
	return (Datum) 0;
}
