#include "storage/stream/upkeep_start.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"

#include "session/preload.h"

static bool pending = false; /* of the current transaction */

void
StreamUpkeepStartNow(Oid database)
{
	BackgroundWorker worker = { .bgw_name = "dynamo stream upkeep",
		                        .bgw_type = "dynamo stream upkeep",
		                        .bgw_flags =
		                            BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		                        .bgw_start_time = BgWorkerStart_RecoveryFinished,
		                        .bgw_restart_time = BGW_NEVER_RESTART,
		                        .bgw_library_name = "dynamo",
		                        .bgw_function_name = "DynamoStreamUpkeepMain",
		                        .bgw_main_arg = ObjectIdGetDatum(database) };

	if (IsPreloaded())
		(void) RegisterDynamicBackgroundWorker(&worker, NULL);
}

static void
EndTransaction(XactEvent event, void *argument)
{
	if (event == XACT_EVENT_COMMIT && pending)
		StreamUpkeepStartNow(MyDatabaseId);
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		pending = false;
}

/* What a subtransaction that is rolled back asked for is done for nothing, and harmless. */
void
StreamUpkeepStart(void)
{
	static bool registered = false;

	if (!IsPreloaded())
		return;
	if (!registered)
		RegisterXactCallback(EndTransaction, NULL);
	registered = true;
	pending = true;
}
