/*
 * The operations as SQL functions. Each operation's SQL functions are this
 * file's two C functions under the operation's name: one takes the request as
 * jsonb, one takes its members as named arguments.
 */
#include "operation/operation.h"

#include "error/error.h"
#include "model/read.h"
#include "operation/audit_event.h"
#include "operation/slow_log.h"
#include "operation/sql_arguments.h"

#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

/* What an SQL function stands for. Kept in fn_extra. */
typedef struct SqlOperation
{
	const Operation *operation;
	SqlArguments arguments;
} SqlOperation;

static const SqlOperation *
SqlOperationOf(FunctionCallInfo fcinfo)
{
	FmgrInfo *flinfo = fcinfo->flinfo;

	if (flinfo->fn_extra == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(flinfo->fn_mcxt);
		SqlOperation *sql = palloc0(sizeof(SqlOperation));
		char *name = get_func_name(flinfo->fn_oid);

		if (name == NULL || (sql->operation = OperationFindSql(name)) == NULL)
			DynamoError(EXCEPTION_UNKNOWN_OPERATION, "Unknown operation");
		sql->arguments = SqlArgumentsOf(flinfo->fn_oid);
		flinfo->fn_extra = sql;
		MemoryContextSwitchTo(old);
	}
	return flinfo->fn_extra;
}

/* The statement and what has called it are not logged: they hold items. An error is logged as such.
 */
static void
RunTimed(const OperationContext *context, const Operation *operation, const Structure *request,
         StringInfo text)
{
	TimestampTz start = GetCurrentTimestamp();
	TimestampTz end;
	char *note;

	note = SlowLogNote(operation, request);
	OperationRun(context, operation, request, text);
	end = GetCurrentTimestamp();
	if (SlowLogIsDue(start, end))
		ereport(LOG_SERVER_ONLY,
		        (errmsg("dynamo: %s took %.3f ms", note, (end - start) / 1000.0),
		         errdetail("It was called from SQL."), errhidestmt(true), errhidecontext(true)));
}

static void
Run(const OperationContext *context, const Operation *operation, const Structure *request,
    StringInfo text)
{
	if (log_min_duration >= 0)
		RunTimed(context, operation, request, text);
	else
		OperationRun(context, operation, request, text);
}

/* PostgreSQL's own function, since the connection's struct needs headers of other libraries. */
static void
CopyClientAddress(char *copy, int size)
{
	LOCAL_FCINFO(call, 0);
	Datum address;

	InitFunctionCallInfoData(*call, NULL, 0, InvalidOid, NULL, NULL);
	address = inet_client_addr(call);
	if (!call->isnull)
		strlcpy(copy, DatumGetCString(DirectFunctionCall1(inet_out, address)), size);
}

static void
BeginRecord(AuditEvent *event, const OperationContext *context, const Operation *operation)
{
	memset(event, 0, sizeof(*event));
	event->begun = GetCurrentTimestamp();
	AuditEventIdentify(event, context);
	AuditEventOperation(event, operation);
	AuditCopyText(BytesFromCString(application_name), event->agent, sizeof(event->agent));
	CopyClientAddress(event->address, sizeof(event->address));
}

static void
EndRecord(AuditEvent *event, int64 bytes_out)
{
	event->bytes_out = bytes_out;
	event->microseconds = GetCurrentTimestamp() - event->begun;
	AuditWrite(event);
}

/* In PG_CATCH; the error stays as it is. */
static void
RecordError(AuditEvent *event, bool wanted, MemoryContext caller)
{
	MemoryContext errors = MemoryContextSwitchTo(caller);

	AuditEventFail(event, CopyErrorData());
	if (wanted || event->denied)
		EndRecord(event, 0);
	MemoryContextSwitchTo(errors);
}

static void
RunRecorded(OperationContext *context, const Operation *operation, const JsonNode *node,
            StringInfo text)
{
	MemoryContext caller = CurrentMemoryContext;
	AuditEvent *event = palloc(sizeof(AuditEvent));
	bool wanted;

	BeginRecord(event, context, operation);
	context->note = &event->note;
	wanted = AuditWants(event->writes, event->on_items);
	PG_TRY();
	{
		const Structure *request = RequestReadNode(operation->input, node);

		AuditEventAsk(event, operation, request);
		Run(context, operation, request, text);
	}
	PG_CATCH();
	{
		RecordError(event, wanted, caller);
		PG_RE_THROW();
	}
	PG_END_TRY();
	if (wanted)
		EndRecord(event, text->len);
}

static Datum
RunToJsonb(const Operation *operation, const JsonNode *node)
{
	OperationContext context = OperationContextOfSession();
	StringInfoData text;

	initStringInfo(&text);
	if (AuditIsOn())
		RunRecorded(&context, operation, node, &text);
	else
		Run(&context, operation, RequestReadNode(operation->input, node), &text);
	/* From SQL too there is a value, where the API has no output. */
	if (text.len == 0)
		appendStringInfoString(&text, "{}");
	return JsonbPGetDatum(JsonToJsonb(&text));
}

PG_FUNCTION_INFO_V1(dynamo_operation);

Datum
dynamo_operation(PG_FUNCTION_ARGS)
{
	const SqlOperation *sql = SqlOperationOf(fcinfo);

	return RunToJsonb(sql->operation, JsonFromJsonb(PG_GETARG_JSONB_P(0)));
}

/*
 * PostgreSQL takes an untyped literal, as in dynamo.scan('{"TableName": ...}'),
 * for text rather than jsonb and so calls the function with named arguments. No
 * table's name holds a brace: such a text is the whole request.
 */
static bool
IsWholeRequest(const JsonNode *request)
{
	return request->count == 1 && request->members[0].value.type == JSON_NODE_STRING &&
	       request->members[0].value.count > 0 && request->members[0].value.text[0] == '{';
}

PG_FUNCTION_INFO_V1(dynamo_operation_named);

Datum
dynamo_operation_named(PG_FUNCTION_ARGS)
{
	const SqlOperation *sql = SqlOperationOf(fcinfo);
	JsonNode request = SqlArgumentsRequest(&sql->arguments, fcinfo);

	if (IsWholeRequest(&request))
	{
		char *text = pnstrdup(request.members[0].value.text, request.members[0].value.count);
		Datum jsonb = DirectFunctionCall1(jsonb_in, CStringGetDatum(text));

		return RunToJsonb(sql->operation, JsonFromJsonb(DatumGetJsonbP(jsonb)));
	}
	return RunToJsonb(sql->operation, &request);
}
