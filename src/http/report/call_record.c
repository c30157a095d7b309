/*
 * What is known while the request runs is noted then; how it ended is known when its answer has
 * been sent: one that did not become durable in time is an error after all.
 */
#include "http/report/call_record.h"

#include "common/ip.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "error/error.h"
#include "http/client/forwarded.h"
#include "operation/audit_event.h"

/* NULL where there is no memory. */
static AuditEvent *
MakeRecord(HttpRequest *request)
{
	if (request->record == NULL)
		request->record =
		    MemoryContextAllocExtended(http_answer_context, sizeof(AuditEvent), MCXT_ALLOC_NO_OOM);
	if (request->record == NULL)
		return NULL;
	memset(request->record, 0, sizeof(AuditEvent));
	request->record->way = "http";
	request->record->request_id = request->id;
	return request->record;
}

void
CallRecordBegin(HttpRequest *request)
{
	if (!AuditIsOn() || MakeRecord(request) == NULL)
		return;
	AuditEventIdentify(request->record, &request->context);
	request->context.note = &request->record->note;
}

void
CallRecordAsk(HttpRequest *request)
{
	if (request->record != NULL)
		AuditEventAsk(request->record, request->operation, request->input);
}

static void
Forget(HttpRequest *request)
{
	request->context.note = NULL; /* it was the record's */
	pfree(request->record);
	request->record = NULL;
}

static void
CopyAddress(const HttpRequest *request, char *address)
{
	struct sockaddr_storage storage;
	const struct sockaddr *client = HttpClientAddress(request, &storage);
	struct sockaddr_storage copy = { 0 };

	if (client == NULL || (client->sa_family != AF_INET && client->sa_family != AF_INET6))
		return;
	memcpy(&copy, client,
	       client->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
	if (pg_getnameinfo_all(&copy, sizeof(copy), address, AUDIT_MAX_ADDRESS, NULL, 0,
	                       NI_NUMERICHOST) != 0)
		address[0] = '\0';
}

/* The actions of the token service are not in the table of operations. */
static void
NoteOperation(AuditEvent *record, const HttpRequest *request)
{
	if (request->operation != NULL)
		AuditEventOperation(record, request->operation);
	if (request->sts_action == NULL)
		return;
	record->operation = request->sts_action;
	record->service = "sts";
	record->writes = strcmp(request->sts_action, "AssumeRole") == 0; /* it makes credentials */
}

void
CallRecordRun(HttpRequest *request, const ErrorData *error)
{
	AuditEvent *record = request->record;

	if (!AuditIsOn() ||
	    (request->operation == NULL && request->sts_action == NULL && error == NULL))
		return;
	if (record == NULL && (record = MakeRecord(request)) == NULL)
		return;
	NoteOperation(record, request);
	if (error != NULL)
		AuditEventFail(record, error);
	if (!record->denied &&
	    (record->service == NULL || !AuditWants(record->writes, record->on_items)))
	{
		Forget(request);
		return;
	}
	record->due = true;
	record->secure = HttpIsSecure(request);
	record->bytes_in = request->entity_length;
	AuditCopyText(HttpHeader(request, "user-agent"), record->agent, sizeof(record->agent));
	CopyAddress(request, record->address);
}

void
CallRecordEnd(HttpRequest *request)
{
	AuditEvent *record = request->record;
	TimestampTz now;

	if (record == NULL)
		return;
	if (!record->due && !AuditWants(record->writes, record->on_items))
	{
		Forget(request);
		return;
	}
	now = GetCurrentTimestamp();
	record->begun = request->timing.arrived != 0 ? request->timing.arrived : now;
	record->microseconds = now - record->begun;
	record->bytes_out = request->answer_bytes;
	if (request->exception != NULL)
		record->error = request->exception->name;
	else if (request->status >= 400)
		record->error = request->status < 500 ? "ValidationError" : "InternalFailure";
	AuditWrite(record);
	Forget(request);
}
