/*
 * A worker that finds another one of its database tells it to look, and ends.
 */
#include "storage/stream/destination_start.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"

#include "session/preload.h"

static bool pending = false; /* of the current transaction */

void
DestinationWorkerStartNow(void)
{
	BackgroundWorker worker = { .bgw_name = "dynamo destinations",
		                        .bgw_type = "dynamo destinations",
		                        .bgw_flags =
		                            BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		                        .bgw_start_time = BgWorkerStart_RecoveryFinished,
		                        .bgw_restart_time = BGW_NEVER_RESTART,
		                        .bgw_library_name = "dynamo",
		                        .bgw_function_name = "DynamoDestinationsMain",
		                        .bgw_main_arg = ObjectIdGetDatum(MyDatabaseId) };

	if (IsPreloaded() && !IsBinaryUpgrade)
		(void) RegisterDynamicBackgroundWorker(&worker, NULL);
}

static void
EndTransaction(XactEvent event, void *argument)
{
	if (event == XACT_EVENT_COMMIT && pending)
		DestinationWorkerStartNow();
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		pending = false;
}

void
DestinationWorkerStart(void)
{
	static bool registered = false;

	if (!IsPreloaded())
		return;
	if (!registered)
		RegisterXactCallback(EndTransaction, NULL);
	registered = true;
	pending = true;
}
