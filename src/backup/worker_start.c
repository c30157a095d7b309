/*
 * See worker_start.h.
 */
#include "backup/worker_start.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "utils/guc.h"

#include "session/shared_memory.h"
#include "session/worker_budget.h"
#include "session/worker_place.h"

static int max_backups = 1;
static WorkerPlaces places = { .limit = &max_backups };
static bool pending; /* in the current transaction */

static bool
Register(void)
{
	BackgroundWorker worker = { .bgw_flags =
		                            BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		                        .bgw_start_time = BgWorkerStart_RecoveryFinished,
		                        .bgw_restart_time = BGW_NEVER_RESTART,
		                        .bgw_library_name = "dynamo",
		                        .bgw_function_name = "DynamoBackupMain",
		                        .bgw_name = "dynamo backup",
		                        .bgw_type = "dynamo backup",
		                        .bgw_main_arg = ObjectIdGetDatum(MyDatabaseId) };

	return !IsBinaryUpgrade && RegisterDynamicBackgroundWorker(&worker, NULL);
}

/* Raises no error: the transaction has committed. One that finds no place ends at once. */
static void
EndTransaction(XactEvent event, void *argument)
{
	if (event == XACT_EVENT_COMMIT && pending && WorkerPlaceIsFree(&places) && !Register())
		ereport(NOTICE, (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
		                 errmsg("no background worker is free for backups and restores"),
		                 errdetail("The work is done as soon as one is."),
		                 errhint("Raise max_worker_processes.")));
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		pending = false;
}

void
BackupWorkerStart(void)
{
	static bool registered = false;

	if (!registered)
		RegisterXactCallback(EndTransaction, NULL);
	registered = true;
	pending = true;
}

void
BackupWorkerStartNow(void)
{
	if (WorkerPlaceIsFree(&places))
		(void) Register();
}

bool
BackupPlaceTake(void)
{
	return WorkerPlaceTake(&places);
}

void
BackupPlaceGiveUp(void)
{
	WorkerPlaceGiveUp(&places);
}

static void
Attach(void *memory, LWLock *lock)
{
	WorkerPlacesAttach(&places, memory);
}

static const SharedMemory memory = {
	.name = "dynamo backups",
	.size = WorkerPlacesSize,
	.attach = Attach,
};

static int
MaxBackups(void)
{
	return max_backups;
}

void
BackupWorkerInit(void)
{
	if (!process_shared_preload_libraries_in_progress)
		return;
	DefineCustomIntVariable(
	    "dynamo.max_backups",
	    "Background workers that make and restore backups, and make exports, at the same time.",
	    "Further ones wait for one of them to end.", &max_backups, 1, 1, MAX_WORKER_PLACES,
	    PGC_SIGHUP, 0, NULL, NULL, NULL);
	SharedMemoryAdd(&memory);
	WorkerBudgetAdd(WORKERS_BACKUP, MaxBackups);
}
