/*
 * Runs requests: finds what a request asks for, runs the operation in a
 * transaction, and makes an answer of any error.
 *
 * No request waits for a lock of another session: see parked.h.
 */
#include "http/execute.h"

#include "miscadmin.h"
#include "tcop/tcopprot.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "error/client_error.h"
#include "http/answer.h"
#include "http/cancel.h"
#include "http/client/forwarded.h"
#include "http/wire/connection.h"
#include "http/wire/origin.h"
#include "http/parked.h"
#include "http/process/exposure.h"
#include "http/wire/response.h"
#include "http/request_transaction.h"
#include "http/route.h"
#include "http/service.h"
#include "http/report/call_record.h"
#include "http/report/timing.h"
#include "http/report/trace.h"
#include "metrics/series.h"
#include "operation/operation.h"

void
HttpExecuteInit(bool connected)
{
	RequestTransactionInit();
	ServiceInit(connected);
	http_answer_context =
	    AllocSetContextCreate(TopMemoryContext, "dynamo http answers", ALLOCSET_DEFAULT_SIZES);
}

/* Settings may change under connections that were let in by those of before. */
static void
CheckExposure(const HttpRequest *request)
{
	if (HttpIsRemote(request) && ExposureLacks() != NULL)
		DynamoError(EXCEPTION_ACCESS_DENIED, TEXT_OTHER_MACHINE);
}

static void
Answer(HttpRequest *request)
{
	CheckExposure(request);
	if (!OriginIsTrusted(request) && !OriginIsOwn(request, HttpIsSecure(request)))
		DynamoError(EXCEPTION_ACCESS_DENIED, TEXT_OTHER_ORIGIN);
	RouteOf(request)(request);
}

static ErrorData *
RecoverFromError(void)
{
	ErrorData *error;
	bool logged;

	OperationContextServe(NULL);
	MemoryContextSwitchTo(http_request_context);
	error = CopyErrorData();
	logged = ErrorForClient(error).logged;
	if (logged)
		ServiceForgetExtension();
	EndError(logged);
	return error;
}

static void
BeginAttempt(HttpRequest *request)
{
	static struct sockaddr_storage client; /* of the request that runs */

	request->context = (OperationContext){ .source = SOURCE_HTTP,
		                                   .request_id = HttpRequestId(request),
		                                   .client = HttpClientAddress(request, &client),
		                                   .secure = HttpIsSecure(request),
		                                   .host = HttpHost(request),
		                                   .user_agent = HttpHeader(request, "User-Agent"),
		                                   .series = &request->series,
		                                   .deadline = DT_NOEND };
	request->series = SERIES_NONE;
	request->operation = NULL;
	request->sts_action = NULL;
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
	MemoryContextSwitchTo(http_request_context);
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

	MemoryContextSwitchTo(http_request_context);
	if (request->parking.client_is_gone)
	{
		AnswerCancelled(request, "The client has closed the connection");
		CallRecordRun(request, NULL);
		return true;
	}
	error = TryToRun(request);
	if (error != NULL && !AnswerOrPark(request, error))
		return false;
	CallRecordRun(request, error);
	return true;
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
	DiscardRequestSession();
	debug_query_string = NULL;
	MemoryContextReset(http_request_context);
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
	MemoryContextReset(http_request_context);
}
