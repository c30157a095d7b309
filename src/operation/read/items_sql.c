/*
 * dynamo.items, dynamo.query_items and dynamo.scan_items: a Query or a Scan as a set of rows, page
 * after page to its end or until there are as many rows as are asked for.
 */
#include "operation/operation.h"

#include "model/read.h"
#include "operation/access/authorization.h"
#include "operation/access/authorization_end.h"
#include "operation/read/prepared_read.h"
#include "operation/read/row_sink.h"
#include "operation/sql_arguments.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/snapmgr.h"

/* What distinguishes the two. */
typedef struct Reading
{
	const char *action;
	const Shape *input;
	void (*prepare)(const OperationContext *context, const Structure *request, PreparedRead *read);
	ItemCursor *(*open)(const PreparedRead *read);
} Reading;

static const Reading query = { "Query", &shape_QueryInput, QueryPrepare, QueryCursor };
static const Reading scan = { "Scan", &shape_ScanInput, ScanPrepare, ScanCursor };

/* The arguments' Limit is one of rows, not of items that a page evaluates. */
static void
AddItems(const OperationContext *context, const Reading *reading, const Structure *request,
         ReturnSetInfo *result)
{
	PreparedRead read;
	CursorSource source;
	RowSink sink;

	reading->prepare(context, request, &read);
	RowSinkInit(&sink, result, read.page.limit);
	read.page.limit = 0;
	CursorSourceInit(&source, reading->open(&read));
	while (PageRead(&read.page, &read.selection, &source.source, &sink.sink).last != NULL &&
	       !RowSinkIsFull(&sink))
		CHECK_FOR_INTERRUPTS();
	ItemCursorClose(source.cursor);
}

static Datum
ReadAsRows(FunctionCallInfo fcinfo, const Reading *reading)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	OperationContext context = OperationContextOfSession();
	struct Authorization authorization;
	SqlArguments arguments = SqlArgumentsOf(fcinfo->flinfo->fn_oid);
	JsonNode node = SqlArgumentsRequest(&arguments, fcinfo);

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	OperationStart();
	AuthorizationBegin(&context, &authorization, reading->action);
	AddItems(&context, reading, RequestReadNode(reading->input, &node), result);
	AuthorizationEnd(&context);
	PopActiveSnapshot();
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(dynamo_query_items);

Datum
dynamo_query_items(PG_FUNCTION_ARGS)
{
	return ReadAsRows(fcinfo, &query);
}

PG_FUNCTION_INFO_V1(dynamo_scan_items);

Datum
dynamo_scan_items(PG_FUNCTION_ARGS)
{
	return ReadAsRows(fcinfo, &scan);
}
