/*
 * Background work in every database.
 *
 * The launcher, registered when the server starts, belongs to no database. A
 * job's round visits the databases one after the other, in a worker each, which
 * looks whether the extension is there, does the job for every table, and ends.
 * Rounds of different jobs run beside each other, so that a long one holds up
 * none but itself, and a job has one worker at a time.
 */
#include "maintenance/launcher.h"

#include "postgres.h"

#include "access/heapam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_database.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#include "compat.h"
#include "maintenance/maintenance.h"
#include "session/clean_session.h"
#include "session/preload.h"
#include "session/wait_event.h"
#include "session/worker_budget.h"

#define LAUNCHER_RESTART_SECONDS 10
#define REPORT_MINUTES 10 /* between two reports that no worker is free */

/* Where a job has got to. Databases that are still to be visited in this round. */
typedef struct JobRound
{
	TimestampTz started;
	List *databases;
	BackgroundWorkerHandle *worker; /* at work in one, or NULL */
} JobRound;

PGDLLEXPORT void DynamoMaintenanceLauncherMain(Datum argument);

static int
CountLauncher(void)
{
	return 1;
}

/* A job has one worker at a time. */
static int
CountJobs(void)
{
	int count = 0;

	while (MaintenanceJobAt(count) != NULL)
		count++;
	return count;
}

void
LauncherInit(void)
{
	BackgroundWorker worker = { .bgw_name = "dynamo maintenance launcher",
		                        .bgw_type = "dynamo maintenance launcher",
		                        .bgw_flags =
		                            BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		                        .bgw_start_time = BgWorkerStart_RecoveryFinished,
		                        .bgw_restart_time = LAUNCHER_RESTART_SECONDS,
		                        .bgw_library_name = "dynamo",
		                        .bgw_function_name = "DynamoMaintenanceLauncherMain" };

	if (!IsPreloaded())
		return;
	RegisterBackgroundWorker(&worker);
	WorkerBudgetAdd(WORKERS_ALWAYS, CountLauncher);
	WorkerBudgetAdd(WORKERS_MAINTENANCE, CountJobs);
}

/* The databases that allow connections, in the current context. */
static List *
Databases(void)
{
	MemoryContext caller = CurrentMemoryContext;
	List *databases = NIL;
	Relation relation;
	TableScanDesc scan;
	HeapTuple tuple;

	StartTransactionCommand();
	relation = table_open(DatabaseRelationId, AccessShareLock);
	scan = table_beginscan_catalog(relation, 0, NULL);
	while (HeapTupleIsValid(tuple = heap_getnext(scan, ForwardScanDirection)))
	{
		Form_pg_database database = (Form_pg_database) GETSTRUCT(tuple);
		MemoryContext transaction;

		if (!database->datallowconn || database->datistemplate || DatabaseIsInvalid(database))
			continue;
		transaction = MemoryContextSwitchTo(caller);
		databases = lappend_oid(databases, database->oid);
		MemoryContextSwitchTo(transaction);
	}
	table_endscan(scan);
	table_close(relation, AccessShareLock);
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
	return databases;
}

/* Now and then: where there is too little room the server's start has said so. */
static void
ReportNoWorker(int job)
{
	static TimestampTz next = 0;
	TimestampTz now = GetCurrentTimestamp();

	if (now < next)
		return;
	next = TimestampTzPlusMilliseconds(now, REPORT_MINUTES * 60 * 1000);
	ereport(
	    WARNING,
	    (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
	     errmsg("no background worker is free for \"%s\"", MaintenanceJobAt(job)->name),
	     errdetail("It is tried again in the next round. This is said at most every %d minutes.",
	               REPORT_MINUTES),
	     errhint("Raise max_worker_processes.")));
}

/* NULL where every worker slot is taken: the database waits for the next round. */
static BackgroundWorkerHandle *
StartWorker(int job, Oid database)
{
	BackgroundWorkerHandle *handle = NULL;
	BackgroundWorker worker = { .bgw_type = "dynamo maintenance worker",
		                        .bgw_flags =
		                            BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		                        .bgw_start_time = BgWorkerStart_RecoveryFinished,
		                        .bgw_restart_time = BGW_NEVER_RESTART,
		                        .bgw_library_name = "dynamo",
		                        .bgw_function_name = "DynamoMaintenanceWorkerMain",
		                        .bgw_main_arg = ObjectIdGetDatum(database),
		                        .bgw_notify_pid = MyProcPid };

	snprintf(worker.bgw_name, BGW_MAXLEN, "dynamo maintenance worker: %s",
	         MaintenanceJobAt(job)->name);
	memcpy(worker.bgw_extra, &job, sizeof(job));
	if (!RegisterDynamicBackgroundWorker(&worker, &handle))
		ReportNoWorker(job);
	return handle;
}

/* Whether the round has a worker; forgets one that has ended. */
static bool
IsAtWork(JobRound *round)
{
	pid_t pid;

	if (round->worker == NULL)
		return false;
	if (GetBackgroundWorkerPid(round->worker, &pid) != BGWH_STOPPED)
		return true;
	pfree(round->worker);
	round->worker = NULL;
	return false;
}

/* A clock that was set back makes the next round due. */
static long
MillisecondsToNext(int job, const JobRound *round)
{
	TimestampTz now = GetCurrentTimestamp();

	if (now < round->started)
		return 0;
	return TimestampDifferenceMilliseconds(
	    now, TimestampTzPlusMilliseconds(round->started, *MaintenanceJobAt(job)->interval * 1000L));
}

/* Goes on with a job; how many milliseconds at most until it wants to be looked at again. */
static long
Advance(int job, JobRound *round)
{
	if (IsAtWork(round))
		return LONG_MAX; /* its end sets the latch */
	if (round->databases == NIL && MillisecondsToNext(job, round) == 0)
	{
		round->started = GetCurrentTimestamp();
		round->databases = Databases();
	}
	while (round->databases != NIL && round->worker == NULL)
	{
		round->worker = StartWorker(job, linitial_oid(round->databases));
		round->databases = list_delete_first(round->databases);
	}
	return round->worker != NULL ? LONG_MAX : Max(1, MillisecondsToNext(job, round));
}

static void
Sleep(long milliseconds)
{
	int events = WL_LATCH_SET | WL_EXIT_ON_PM_DEATH;

	if (milliseconds != LONG_MAX)
		events |= WL_TIMEOUT;
	(void) WaitLatch(MyLatch, events, milliseconds == LONG_MAX ? -1 : milliseconds,
	                 WaitEventFor(WAIT_FOR_ROUNDS));
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
	if (ConfigReloadPending)
	{
		ConfigReloadPending = false;
		ProcessConfigFile(PGC_SIGHUP);
	}
}

void
DynamoMaintenanceLauncherMain(Datum argument)
{
	JobRound rounds[MAX_MAINTENANCE_JOBS] = { 0 };

	pqsignal(SIGTERM, die);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection(NULL, NULL, 0);
	SessionInit();
	/* Lives as long as the process: lists and handles are freed one by one. */
	MemoryContextSwitchTo(
	    AllocSetContextCreate(TopMemoryContext, "dynamo maintenance", ALLOCSET_DEFAULT_SIZES));
	for (;;)
	{
		long wait = LONG_MAX;

		for (int job = 0; MaintenanceJobAt(job) != NULL; job++)
			wait = Min(wait, Advance(job, &rounds[job]));
		Sleep(wait);
	}
}
