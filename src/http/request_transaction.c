/*
 * The transactions of requests.
 *
 * An operation that may write has a transaction of its own. Operations that only
 * read and follow each other share one, since starting and ending it costs a
 * good part of a small read: each takes a snapshot of its own, and takes in what
 * other sessions have changed of the catalogs, as it would at its first lock.
 * What they share is their locks, and an error, which ends the transaction but
 * harms no answer that is there already.
 */
#include "http/request_transaction.h"

#include <signal.h>

#include "access/xact.h"
#include "miscadmin.h"
#include "tcop/tcopprot.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/timeout.h"

#include "internals.h"
#include "http/activity.h"
#include "http/cancel.h"
#include "http/process/commit.h"
#include "session/clean_session.h"
#include "session/lock_wait.h"

/*
 * PostgreSQL takes up to 16 locks of a transaction without a look at the
 * shared table; a GetItem has 3.
 */
#define MAX_SHARED_READS 8

#define LARGE_BODY (64 * 1024) /* takes a while to be read */

#define INSISTING_LOCK_TIMEOUT 10 /* milliseconds */
#define DISCARD_LOCK_TIMEOUT 1000

MemoryContext http_request_context = NULL;

static int shared_reads = 0; /* operations that the open transaction has seen; 0: none is open */

/* Whose they are. */
static Oid sharing_role;
static char *sharing_key = NULL; /* NULL: of requests that are not signed */

void
RequestTransactionInit(void)
{
	SessionInit();
	http_request_context =
	    AllocSetContextCreate(TopMemoryContext, "dynamo http request", ALLOCSET_DEFAULT_SIZES);
}

void
RequestTransactionStart(HttpRequest *request, const char *activity)
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
	MemoryContextSwitchTo(http_request_context);
}

static void
EndTransaction(void)
{
	shared_reads = 0;
	GroupCommitTransaction();
	SessionScopeLeave();
	MemoryContextSwitchTo(http_request_context);
}

void
EndSharedReads(void)
{
	if (shared_reads > 0)
		EndTransaction();
}

static bool
AreOf(const Identity *identity)
{
	const char *key = identity->access_key_id;

	if (identity->role != sharing_role || (key == NULL) != (sharing_key == NULL))
		return false;
	return key == NULL || strcmp(key, sharing_key) == 0;
}

void
RequestTransactionSeparate(const Identity *identity)
{
	if (AreOf(identity))
		return;
	if (shared_reads > 0)
	{
		EndSharedReads();
		StartTransactionCommand();
		MemoryContextSwitchTo(http_request_context);
	}
	if (sharing_key != NULL)
		pfree(sharing_key);
	sharing_key = NULL;
	sharing_role = identity->role;
	if (identity->access_key_id != NULL)
		sharing_key = MemoryContextStrdup(TopMemoryContext, identity->access_key_id);
}

void
RequestTransactionEndLooking(void)
{
	CommitTransactionCommand();
	MemoryContextSwitchTo(http_request_context);
}

void
RequestTransactionEnd(bool writes)
{
	if (writes || ++shared_reads == MAX_SHARED_READS || SessionRanForeignCode() ||
	    TransactionIdIsValid(GetTopTransactionIdIfAny()))
		EndTransaction();
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
		MemoryContextSwitchTo(http_request_context);
		HOLD_INTERRUPTS(); /* raising an error has let them go */
		FlushErrorState();
		ereport(LOG, (errmsg("dynamo could not log an error of an HTTP request")));
	}
	PG_END_TRY();
}

void
EndError(bool logged)
{
	MemoryContextSwitchTo(http_request_context);
	HOLD_INTERRUPTS();
	disable_all_timeouts(false);
	ForgetCancellation();
	if (logged)
		LogError();
	shared_reads = 0;
	AbortCurrentTransaction();
	MemoryContextSwitchTo(http_request_context);
	FlushErrorState();
	RESUME_INTERRUPTS();
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

void
DiscardRequestSession(void)
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
	MemoryContextSwitchTo(http_request_context);
}
