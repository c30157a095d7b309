/*
 * See database_worker.h.
 */
#include "session/database_worker.h"

#include "access/xact.h"
#include "miscadmin.h"

#include "session/preload.h"

#define MAX_PENDING 4 /* kinds of workers that are started at commits */

/* Of the current transaction. */
static const DatabaseWorker *pending[MAX_PENDING];
static int pending_count = 0;

bool
DatabaseWorkerStart(const DatabaseWorker *worker, Oid database)
{
	BackgroundWorker registration = {
		.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		.bgw_start_time = BgWorkerStart_RecoveryFinished,
		.bgw_restart_time = worker->restart,
		.bgw_library_name = "dynamo",
		.bgw_main_arg = ObjectIdGetDatum(database),
	};

	strlcpy(registration.bgw_name, worker->name, BGW_MAXLEN);
	strlcpy(registration.bgw_type, worker->name, BGW_MAXLEN);
	strlcpy(registration.bgw_function_name, worker->function, BGW_MAXLEN);
	return IsPreloaded() && RegisterDynamicBackgroundWorker(&registration, NULL);
}

static void
EndTransaction(XactEvent event, void *argument)
{
	if (event == XACT_EVENT_COMMIT)
		for (int i = 0; i < pending_count; i++)
			(void) DatabaseWorkerStart(pending[i], MyDatabaseId);
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		pending_count = 0;
}

void
DatabaseWorkerStartAtCommit(const DatabaseWorker *worker)
{
	static bool registered = false;

	if (!IsPreloaded())
		return;
	if (!registered)
		RegisterXactCallback(EndTransaction, NULL);
	registered = true;
	for (int i = 0; i < pending_count; i++)
		if (pending[i] == worker)
			return;
	if (pending_count == MAX_PENDING)
		elog(ERROR, "too many kinds of workers that start at a commit");
	pending[pending_count++] = worker;
}
