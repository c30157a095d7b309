/*
 * Runs requests: finds what a request asks for, runs the operation in a
 * transaction, and makes an answer of any error.
 *
 * An operation that may write has a transaction of its own. Operations that only
 * read and follow each other share one, since starting and ending it costs a
 * good part of a small read: each takes a snapshot of its own, and takes in what
 * other sessions have changed of the catalogs, as it would at its first lock.
 * What they share is their locks, and an error, which ends the transaction but
 * harms no answer that is there already.
 *
 * No request waits for a lock of another session: see parked.h.
 */
#include "http/execute.h"

#include <signal.h>

#include "access/xact.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "storage/proc.h"
#include "tcop/tcopprot.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"

#include "internals.h"
#include "error/client_error.h"
#include "http/activity.h"
#include "http/answer.h"
#include "http/cancel.h"
#include "http/wire/coding.h"
#include "http/process/commit.h"
#include "http/wire/connection.h"
#include "http/process/flusher.h"
#include "http/wire/gzip.h"
#include "http/wire/origin.h"
#include "http/parked.h"
#include "http/wire/response.h"
#include "http/role.h"
#include "http/route.h"
#include "http/process/settings.h"
#include "http/timing.h"
#include "http/trace.h"
#include "model/read.h"
#include "operation/operation.h"
#include "session/clean_session.h"

/*
 * PostgreSQL takes up to 16 locks of a transaction without a look at the
 * shared table; a GetItem has 3.
 */
#define MAX_SHARED_READS 8

#define UNFIT_ROLE "dynamo.http_role is no role that requests may run as"

#define LARGE_BODY (64 * 1024) /* takes a while to be read */

#define INSISTING_LOCK_TIMEOUT 10 /* milliseconds */
#define DISCARD_LOCK_TIMEOUT 1000

static MemoryContext request_context;
static int shared_reads = 0; /* operations that the open transaction has seen; 0: none is open */
static bool can_connect;
static bool extension_seen = false;

void
HttpExecuteInit(bool connected)
{
	can_connect = connected;
	SessionInit();
	request_context =
	    AllocSetContextCreate(TopMemoryContext, "dynamo http request", ALLOCSET_DEFAULT_SIZES);
	http_answer_context =
	    AllocSetContextCreate(TopMemoryContext, "dynamo http answers", ALLOCSET_DEFAULT_SIZES);
}

static void
StartRequestTransaction(HttpRequest *request, const char *activity)
{
	debug_query_string = activity;
	SetCurrentStatementStartTimestamp();
	CancelWatch(request);
	/* Of an operation more is reported when it has been read, which mostly takes no time. */
	if (request->operation == NULL || request->entity_length > LARGE_BODY)
		ActivityReport(activity);
	LockTimeoutSet(request->parking.insists ? INSISTING_LOCK_TIMEOUT : LOCK_WAIT_SHORT);
	if (shared_reads > 0)
		AcceptInvalidationMessages();
	else
		StartTransactionCommand();
	MemoryContextSwitchTo(request_context);
}

static void
EndTransaction(void)
{
	shared_reads = 0;
	GroupCommitTransaction();
	SessionScopeLeave();
	MemoryContextSwitchTo(request_context);
}

/* Before an operation that must not share what is open. */
static void
EndSharedReads(void)
{
	if (shared_reads > 0)
		EndTransaction();
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
		StartRequestTransaction(request, "looking for the extension");
		extension_seen = OidIsValid(get_extension_oid("dynamo", true));
		CommitTransactionCommand();
		MemoryContextSwitchTo(request_context);
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

static void
AnswerUnavailable(HttpRequest *request)
{
	const char *reason;

	if (SessionRanForeignCode())
		reason = "The session of the request before could not be ended";
	else if (http_role[0] == '\0')
		reason = UNFIT_ROLE;
	else if (can_connect)
		reason = psprintf("Database \"%s\" does not have the extension dynamo", http_database);
	else
		reason = psprintf("Database \"%s\" does not take connections", http_database);
	AnswerException(request, ExceptionDescribe(EXCEPTION_SERVICE_UNAVAILABLE), reason, NULL);
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
	StartRequestTransaction(request, "looking at the role");
	CheckRole();
	CommitTransactionCommand();
	MemoryContextSwitchTo(request_context);
	if (!AnswerStall(request))
		AnswerHealthy(request);
}

/* The request's JSON. False where it is answered already. */
static bool
ReadBody(HttpRequest *request, Bytes *text)
{
	Bytes encoding = HttpHeader(request, "content-encoding");

	*text = HttpEntity(request);
	if (encoding.data == NULL || CodingIsIdentity(encoding))
		return true;
	if (!CodingIsGzip(encoding))
		DynamoError(EXCEPTION_SERIALIZATION, "Unsupported Content-Encoding");

	switch (Gunzip(*text, HTTP_MAX_BODY, text))
	{
		case GUNZIP_OK:
			return true;
		case GUNZIP_TOO_LARGE:
			AnswerTooLarge(request);
			return false;
		case GUNZIP_CORRUPT:
			break;
	}
	DynamoError(EXCEPTION_SERIALIZATION, "The request body is not gzip");
}

/* Runs the operation of the request, and leaves the session as it was. */
static void
RunInScope(HttpRequest *request)
{
	const Operation *operation = request->operation;
	int scope = SessionScopeBegin();
	Bytes text;

	if (ReadBody(request, &text))
	{
		AnswerStart(request, 200, JsonContentType(request));
		request->writes = operation->writes;
		request->input = RequestReadText(operation->input, text);
		ActivityReportOperation(request);
		TimingNote(request);
		OperationRun(&request->context, operation, request->input, &request->body);
		request->depends = operation->stored;
	}
	SessionScopeEnd(scope, operation->writes);
	LockWaitCheck();
}

static void
RunOperation(HttpRequest *request)
{
	const Operation *operation = request->operation;

	if (operation->writes)
		EndSharedReads();
	StartRequestTransaction(request, operation->name.data);
	CheckRole();
	RunInScope(request);
	if (operation->writes || ++shared_reads == MAX_SHARED_READS || SessionRanForeignCode() ||
	    TransactionIdIsValid(GetTopTransactionIdIfAny()))
		EndTransaction();
}

void
AnswerOperation(HttpRequest *request)
{
	const Operation *operation = request->operation =
	    OperationFindTarget(HttpHeader(request, "x-amz-target"));

	if (operation == NULL)
		AnswerUnknownTarget(request);
	else if (!ExtensionExists(request) || SessionRanForeignCode())
		AnswerUnavailable(request);
	else if (!operation->stored || !AnswerStall(request))
		RunOperation(request);
}

static void
Answer(HttpRequest *request)
{
	if (!OriginIsTrusted(request))
		DynamoError(EXCEPTION_ACCESS_DENIED,
		            "Web pages of other hosts may not send requests, which are not authenticated");
	RouteOf(request)(request);
}

/* An error may be too large to be logged. Interrupts are held. */
static void
LogError(void)
{
	PG_TRY();
	{
		EmitErrorReport();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(request_context);
		HOLD_INTERRUPTS(); /* raising an error has let them go */
		FlushErrorState();
		ereport(LOG, (errmsg("dynamo could not log an error of an HTTP request")));
	}
	PG_END_TRY();
}

/* Ends the error and the transaction that it has met, as PostgresMain does. */
static void
EndError(bool logged)
{
	MemoryContextSwitchTo(request_context);
	HOLD_INTERRUPTS();
	disable_all_timeouts(false);
	ForgetCancellation();
	if (logged)
		LogError();
	shared_reads = 0;
	AbortCurrentTransaction();
	MemoryContextSwitchTo(request_context);
	FlushErrorState();
	RESUME_INTERRUPTS();
}

static ErrorData *
RecoverFromError(void)
{
	ErrorData *error;
	bool logged;

	MemoryContextSwitchTo(request_context);
	error = CopyErrorData();
	logged = ErrorForClient(error).logged;
	if (logged)
		extension_seen = false;
	EndError(logged);
	return error;
}

static void
BeginAttempt(HttpRequest *request)
{
	request->context = (OperationContext){ .source = SOURCE_HTTP,
		                                   .identity = { GetUserId() },
		                                   .request_id = TraceRequestId(request),
		                                   .client = request->connection->client,
		                                   .host = HttpHost(request),
		                                   .deadline = DT_NOEND };
	request->operation = NULL;
	request->input = NULL;
	LockWaitBegin(request->parking.last_try);
}

/* Runs the request to its answer, or returns the error that it met. */
static ErrorData *
TryToRun(HttpRequest *request)
{
	ErrorData *volatile error = NULL;
	ErrorContextCallback trace;

	BeginAttempt(request);
	TraceBegin(request, &trace);
	MemoryContextSwitchTo(request_context);
	PG_TRY();
	{
		Answer(request);
		HttpPack(request);
	}
	PG_CATCH();
	{
		if (ActiveSnapshotSet()) /* what is wrong before that shows nothing that is stored */
			request->depends = true;
		error = RecoverFromError();
		AnswerDrop(request); /* megabytes perhaps, which a parked request must not hold */
	}
	PG_END_TRY();
	TraceEnd(&trace);
	request->input = NULL;
	return error;
}

/* What nothing takes back goes with the process. Requests that it has are answered before. */
static void
EndWornSession(void)
{
	if (!SessionIsWornOut())
		return;
	ereport(LOG, (errmsg("dynamo ends an HTTP worker, since triggers and policies have made "
	                     "thousands of settings in its session")));
	kill(MyProcPid, SIGTERM);
}

/*
 * Drops what owners' code has left in the session. Where that fails nothing runs in
 * the session any more, and the worker ends.
 */
static void
DiscardSession(void)
{
	if (!SessionRanForeignCode())
		return;
	PG_TRY();
	{
		EndSharedReads();
		LockTimeoutSet(DISCARD_LOCK_TIMEOUT);
		StartTransactionCommand();
		SessionDiscard();
		GroupCommitTransaction();
		EndWornSession();
	}
	PG_CATCH();
	{
		EndError(true);
		kill(MyProcPid, SIGTERM);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(request_context);
}

static void
AnswerCancelled(HttpRequest *request, const char *reason)
{
	AnswerException(request, ExceptionDescribe(EXCEPTION_SERVICE_UNAVAILABLE), reason, NULL);
}

/* False where the request waits for a lock. */
static bool
AnswerOrPark(HttpRequest *request, const ErrorData *error)
{
	const char *reason = CancelReason();
	LockWait wait;

	if (LockWaitEndsAttempt(error->sqlerrcode, &wait) && HttpPark(request, &wait))
		return false;
	if (error->sqlerrcode == ERRCODE_QUERY_CANCELED && reason != NULL)
		AnswerCancelled(request, reason);
	else
		AnswerError(request, error);
	return true;
}

/* False where the request waits for a lock. */
static bool
RunToAnswer(HttpRequest *request)
{
	ErrorData *error;

	MemoryContextSwitchTo(request_context);
	if (request->parking.client_is_gone)
	{
		AnswerCancelled(request, "The client has closed the connection");
		return true;
	}
	error = TryToRun(request);
	return error == NULL || AnswerOrPark(request, error);
}

/* An error that the answer to an error meets, such as that there is no memory for it. */
static void
AnswerLastResort(HttpRequest *request)
{
	EndError(true);
	AnswerNothing(request, 500);
}

bool
HttpExecute(HttpRequest *request)
{
	volatile bool answered = true;

	TimingBegin(request);
	PG_TRY();
	{
		answered = RunToAnswer(request);
	}
	PG_CATCH();
	{
		AnswerLastResort(request);
	}
	PG_END_TRY();
	TimingEnd(request, !answered);
	CancelUnwatch(); /* first: what is discarded must not be cancelled */
	DiscardSession();
	debug_query_string = NULL;
	MemoryContextReset(request_context);
	return answered;
}

void
HttpExecuteEnd(void)
{
	PG_TRY();
	{
		EndSharedReads();
	}
	PG_CATCH();
	{
		EndError(true);
	}
	PG_END_TRY();
	MemoryContextReset(request_context);
}
