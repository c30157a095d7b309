/*
 * What requests ask for: operations, and whether the API serves.
 */
#include "http/service.h"

#include "commands/extension.h"
#include "utils/snapmgr.h"

#include "error/client_error.h"
#include "http/activity.h"
#include "http/answer.h"
#include "http/authenticate.h"
#include "http/monitor/monitor.h"
#include "http/process/flusher.h"
#include "http/process/settings.h"
#include "http/request_transaction.h"
#include "http/role.h"
#include "http/report/call_record.h"
#include "http/report/timing.h"
#include "http/sts/sts.h"
#include "http/sts/sts_error.h"
#include "http/wire/coding.h"
#include "http/wire/pack.h"
#include "model/read.h"
#include "operation/operation.h"
#include "session/clean_session.h"
#include "session/lock_wait.h"

#define PLAIN_TEXT "text/plain; charset=utf-8"
#define UNFIT_ROLE "dynamo.http_role is no role that requests may run as"

static bool can_connect;
static bool extension_seen = false;

void
ServiceInit(bool connected)
{
	can_connect = connected;
}

void
ServiceForgetExtension(void)
{
	extension_seen = false;
}

/*
 * Whether there is something to serve. Once the extension was seen it is not
 * looked for again, until an error that dropping it might explain.
 */
static bool
ExtensionExists(HttpRequest *request)
{
	if (!extension_seen && can_connect)
	{
		EndSharedReads();
		RequestTransactionStart(request, "looking for the extension");
		extension_seen = OidIsValid(get_extension_oid("dynamo", true));
		RequestTransactionEndLooking();
	}
	return extension_seen;
}

/* In the request's transaction: whether it may run as the worker's role. Mostly one comparison. */
static void
CheckRole(void)
{
	const char *unfitness = HttpRoleUnfitness();

	if (unfitness == NULL)
		return;
	HttpRoleReport(unfitness);
	DynamoError(EXCEPTION_SERVICE_UNAVAILABLE, UNFIT_ROLE);
}

static const char *
UnavailableReason(void)
{
	if (SessionRanForeignCode())
		return "The session of the request before could not be ended";
	if (http_role[0] == '\0')
		return UNFIT_ROLE;
	if (can_connect)
		return psprintf("Database \"%s\" does not have the extension dynamo", http_database);
	return psprintf("Database \"%s\" does not take connections", http_database);
}

static void
AnswerUnavailable(HttpRequest *request)
{
	AnswerException(request, ExceptionDescribe(EXCEPTION_SERVICE_UNAVAILABLE), UnavailableReason(),
	                NULL);
}

/* Whether the request would wait in vain for its answer to become durable, and is answered so. */
static bool
AnswerStall(HttpRequest *request)
{
	const char *reason = DurabilityStall();

	if (reason != NULL)
		AnswerException(request, ExceptionDescribe(EXCEPTION_SERVICE_UNAVAILABLE),
		                psprintf("%s, so that requests are not run", reason), NULL);
	return reason != NULL;
}

void
AnswerHealth(HttpRequest *request)
{
	if (!ExtensionExists(request))
	{
		AnswerUnavailable(request);
		return;
	}
	EndSharedReads();
	RequestTransactionStart(request, "looking at the role");
	CheckRole();
	RequestTransactionEndLooking();
	if (!AnswerStall(request))
		AnswerHealthy(request);
}

void
AnswerLive(HttpRequest *request)
{
	AnswerStart(request, 200, PLAIN_TEXT);
	appendStringInfoString(&request->body, "live\n");
}

/* Why operations are not run, or NULL. Raises no error of its own. */
static const char *
ReadinessLacks(HttpRequest *request)
{
	const char *unfitness;

	if (!ExtensionExists(request) || SessionRanForeignCode())
		return UnavailableReason();
	EndSharedReads();
	RequestTransactionStart(request, "looking at the role");
	unfitness = HttpRoleUnfitness();
	RequestTransactionEndLooking();
	return unfitness != NULL ? UNFIT_ROLE : DurabilityStall();
}

void
AnswerReady(HttpRequest *request)
{
	const char *reason = ReadinessLacks(request);

	AnswerStart(request, reason == NULL ? 200 : 503, PLAIN_TEXT);
	appendStringInfo(&request->body, reason == NULL ? "ready" : "not ready");
	if (reason != NULL && MonitorIsAllowed(request))
		appendStringInfo(&request->body, ": %s", reason);
	appendStringInfoChar(&request->body, '\n');
}

/* The request's JSON. False where it is answered already. */
static bool
ReadBody(HttpRequest *request, Bytes *text)
{
	Coding coding = CodingOfBody(HttpHeader(request, "content-encoding"));

	*text = HttpEntity(request);
	if (coding == CODING_IDENTITY)
		return true;
	if (coding == CODING_UNKNOWN)
		DynamoError(EXCEPTION_SERIALIZATION, TEXT_CONTENT_ENCODING);

	switch (Unpack(coding, *text, HTTP_MAX_BODY, text))
	{
		case UNPACK_OK:
			return true;
		case UNPACK_TOO_LARGE:
			AnswerTooLarge(request);
			return false;
		case UNPACK_CORRUPT:
			break;
	}
	DynamoError(EXCEPTION_SERIALIZATION, TEXT_BODY_ENCODING, CodingName(coding));
}

static void
RunOperation(HttpRequest *request)
{
	const Operation *operation = request->operation;
	Bytes text;

	if (ReadBody(request, &text))
	{
		AnswerStart(request, 200, JsonContentType(request));
		request->writes = operation->writes;
		request->input = RequestReadText(operation->input, text);
		ActivityReportOperation(request);
		TimingNote(request);
		CallRecordAsk(request);
		OperationRun(&request->context, operation, request->input, &request->body);
		request->depends = operation->stored;
	}
}

static void
RunSts(HttpRequest *request)
{
	AnswerStart(request, 200, STS_CONTENT_TYPE);
	request->writes = true;
	OperationStart();
	StsRun(request);
	PopActiveSnapshot();
	request->depends = true;
}

/* Runs the request as who signed it for the service, and leaves the session as it was. */
static void
RunAuthenticated(HttpRequest *request, const char *name, const char *service, bool writes,
                 void (*run)(HttpRequest *request))
{
	int scope;

	if (writes)
		EndSharedReads();
	RequestTransactionStart(request, name);
	Authenticate(request, service);
	RequestTransactionSeparate(&request->context.identity);
	CheckRole();
	CallRecordBegin(request);
	scope = SessionScopeBegin(request->context.identity.role);
	OperationContextServe(&request->context.identity);
	run(request);
	SessionScopeEnd(scope, writes);
	OperationContextServe(NULL);
	LockWaitCheck();
	RequestTransactionEnd(writes);
}

/* A form without a target is the token service's. */
static void
AnswerSts(HttpRequest *request)
{
	if (!ExtensionExists(request) || SessionRanForeignCode())
		AnswerUnavailable(request);
	else if (!AnswerStall(request))
		RunAuthenticated(request, "STS", "sts", true, RunSts);
}

void
AnswerOperation(HttpRequest *request)
{
	const Operation *operation = request->operation =
	    OperationFindTarget(HttpHeader(request, "x-amz-target"));

	if (StsIsAsked(request))
		AnswerSts(request);
	else if (operation == NULL)
		AnswerUnknownTarget(request);
	else if (!ExtensionExists(request) || SessionRanForeignCode())
		AnswerUnavailable(request);
	else if (!operation->stored || !AnswerStall(request))
		RunAuthenticated(request, operation->name.data, operation->service->scope,
		                 operation->writes, RunOperation);
}
