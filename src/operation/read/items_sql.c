/*
 * dynamo.items, dynamo.query_items and dynamo.scan_items: a Query or a Scan as a set of rows, page
 * after page to its end or until there are as many rows as are asked for.
 */
#include "operation/operation.h"

#include "metrics/call.h"
#include "model/read.h"
#include "operation/access/row_call.h"
#include "operation/read/prepared_read.h"
#include "operation/read/row_sink.h"
#include "operation/sql_arguments.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"

/* What distinguishes the two. */
typedef struct Reading
{
	const char *name; /* in the metrics */
	const char *action;
	const Shape *input;
	void (*prepare)(const OperationContext *context, const Structure *request, PreparedRead *read);
	ItemCursor *(*open)(const PreparedRead *read);
} Reading;

static const Reading query = { "query_items", "Query", &shape_QueryInput, QueryPrepare,
	                           QueryCursor };
static const Reading scan = { "scan_items", "Scan", &shape_ScanInput, ScanPrepare, ScanCursor };

/* A call of one of them. */
typedef struct ItemsCall
{
	const Reading *reading;
	const JsonNode *request;
	ReturnSetInfo *result;
} ItemsCall;

/* The arguments' Limit is one of rows, not of items that a page evaluates. */
static void
AddItems(const OperationContext *context, void *state)
{
	const ItemsCall *call = state;
	const Reading *reading = call->reading;
	PreparedRead read;
	CursorSource source;
	RowSink sink;

	reading->prepare(context, RequestReadNode(reading->input, call->request), &read);
	RowSinkInit(&sink, call->result, read.page.limit);
	read.page.limit = 0;
	CursorSourceInit(&source, reading->open(&read));
	while (PageRead(&read.page, &read.selection, &source.source, &sink.sink).last != NULL &&
	       !RowSinkIsFull(&sink))
		CHECK_FOR_INTERRUPTS();
	ItemCursorClose(source.cursor);
	MetricsNoteItems(sink.count);
}

static Datum
ReadAsRows(FunctionCallInfo fcinfo, const Reading *reading)
{
	SqlArguments arguments = SqlArgumentsOf(fcinfo->flinfo->fn_oid);
	JsonNode request = SqlArgumentsRequest(&arguments, fcinfo);
	ItemsCall call = { reading, &request, (ReturnSetInfo *) fcinfo->resultinfo };

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	RowCallRun(reading->name, reading->action, AddItems, &call);
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
