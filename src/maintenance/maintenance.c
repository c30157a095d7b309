/*
 * Background work in every database.
 *
 * The launcher, registered when the server starts, belongs to no database. A
 * job's round visits the databases one after the other, in a worker each, which
 * looks whether the extension is there, does the job for every table, and ends.
 * Rounds of different jobs run beside each other, so that a long one holds up
 * none but itself, and a job has one worker at a time.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_database.h"
#include "common/pg_prng.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#include "compat.h"
#include "session/clean_session.h"
#include "storage/relation/catalog.h"
#include "maintenance/known_fault.h"
#include "maintenance/maintenance.h"
#include "storage/relation/table.h"

#define LAUNCHER_RESTART_SECONDS 10
#define MAX_JOBS 8
/* How long one table keeps the others of its database waiting. */
#define TURN_MILLISECONDS 5000
#define NAMES_AT_ONCE 100
/* How long a worker waits for a lock, as of a table that is being altered. */
#define WORKER_LOCK_TIMEOUT "200ms"

/* Where a job has got to. Databases that are still to be visited in this round. */
typedef struct Round
{
	TimestampTz started;
	List *databases;
	BackgroundWorkerHandle *worker; /* at work in one, or NULL */
} Round;

/* What a worker is told beside its database, in bgw_extra. */
typedef struct Order
{
	int job;
} Order;

/* One table, in a worker. */
typedef struct Turn
{
	Bytes name;
	void *state; /* the job's own */
} Turn;

PGDLLEXPORT void DynamoMaintenanceLauncherMain(Datum argument);
PGDLLEXPORT void DynamoMaintenanceWorkerMain(Datum argument);

/* The same in every process of a server that was started with the library. */
static const MaintenanceJob *jobs[MAX_JOBS];
static int job_count;

/* Set in the postmaster, so every backend inherits it. */
static bool launcher_registered = false;

bool
MaintenanceWorkerRuns(void)
{
	return launcher_registered;
}

void
MaintenanceAddJob(const MaintenanceJob *job)
{
	if (job_count == MAX_JOBS)
		elog(ERROR, "too many jobs of maintenance");
	jobs[job_count++] = job;
}

void
MaintenanceInit(void)
{
	BackgroundWorker worker = { .bgw_name = "dynamo maintenance launcher",
		                        .bgw_type = "dynamo maintenance launcher",
		                        .bgw_flags =
		                            BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		                        .bgw_start_time = BgWorkerStart_RecoveryFinished,
		                        .bgw_restart_time = LAUNCHER_RESTART_SECONDS,
		                        .bgw_library_name = "dynamo",
		                        .bgw_function_name = "DynamoMaintenanceLauncherMain" };

	/* What pg_upgrade copies must not change meanwhile. */
	if (!process_shared_preload_libraries_in_progress || IsBinaryUpgrade)
		return;
	RegisterBackgroundWorker(&worker);
	launcher_registered = true;
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

/* Once, until there is one again. */
static void
ReportNoWorker(int job, bool started)
{
	static bool reported;

	if (!started && !reported)
		ereport(WARNING, (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
		                  errmsg("no background worker is free for \"%s\"", jobs[job]->name),
		                  errhint("Raise max_worker_processes.")));
	reported = !started;
}

/* NULL where every worker slot is taken: the database waits for the next round. */
static BackgroundWorkerHandle *
StartWorker(int job, Oid database)
{
	BackgroundWorkerHandle *handle = NULL;
	Order order = { .job = job };
	BackgroundWorker worker = { .bgw_type = "dynamo maintenance worker",
		                        .bgw_flags =
		                            BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		                        .bgw_start_time = BgWorkerStart_RecoveryFinished,
		                        .bgw_restart_time = BGW_NEVER_RESTART,
		                        .bgw_library_name = "dynamo",
		                        .bgw_function_name = "DynamoMaintenanceWorkerMain",
		                        .bgw_main_arg = ObjectIdGetDatum(database),
		                        .bgw_notify_pid = MyProcPid };

	snprintf(worker.bgw_name, BGW_MAXLEN, "dynamo maintenance worker: %s", jobs[job]->name);
	memcpy(worker.bgw_extra, &order, sizeof(order));
	ReportNoWorker(job, RegisterDynamicBackgroundWorker(&worker, &handle));
	return handle;
}

/* Whether the round has a worker; forgets one that has ended. */
static bool
IsAtWork(Round *round)
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
MillisecondsToNext(int job, const Round *round)
{
	TimestampTz now = GetCurrentTimestamp();

	if (now < round->started)
		return 0;
	return TimestampDifferenceMilliseconds(
	    now, TimestampTzPlusMilliseconds(round->started, *jobs[job]->interval * 1000L));
}

/* Goes on with a job; how many milliseconds at most until it wants to be looked at again. */
static long
Advance(int job, Round *round)
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
	                 PG_WAIT_EXTENSION);
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
	Round rounds[MAX_JOBS] = { 0 };

	pqsignal(SIGTERM, die);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection(NULL, NULL, 0);
	DisableTransactionTimeout();
	/* Lives as long as the process: lists and handles are freed one by one. */
	MemoryContextSwitchTo(
	    AllocSetContextCreate(TopMemoryContext, "dynamo maintenance", ALLOCSET_DEFAULT_SIZES));
	for (;;)
	{
		long wait = LONG_MAX;

		for (int job = 0; job < job_count; job++)
			wait = Min(wait, Advance(job, &rounds[job]));
		Sleep(wait);
	}
}

bool
MaintenanceTransaction(Bytes name, void (*work)(Table *table, void *state), void *state)
{
	MemoryContext caller = CurrentMemoryContext;
	Table *table = NULL;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	if (CatalogExists())
		table = TableOpen(name, 0);
	if (table != NULL)
		work(table, state);
	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
	return table != NULL;
}

/* lock_timeout: skip the table this round. */
static bool
IsToBeLogged(const char *work, Bytes table)
{
	ErrorData *error;
	bool is_new;

	if (work == NULL || geterrcode() == ERRCODE_LOCK_NOT_AVAILABLE)
		return false;
	error = CopyErrorData();
	is_new = FaultIsNew(work, table, error);
	FreeErrorData(error);
	return is_new;
}

void
MaintenanceEndError(MemoryContext caller, const char *work, Bytes table)
{
	MemoryContextSwitchTo(caller);
	HOLD_INTERRUPTS();
	disable_all_timeouts(false);
	QueryCancelPending = false; /* one that came too late */
	if (IsToBeLogged(work, table))
		EmitErrorReport();
	debug_query_string = NULL; /* of the transaction's memory */
	AbortCurrentTransaction();
	FlushErrorState();
	RESUME_INTERRUPTS();
}

/* What is wrong with one table must not keep the others from their turn. */
static bool
TryTable(const MaintenanceJob *job, const Turn *turn)
{
	MemoryContext caller = CurrentMemoryContext;
	volatile bool more = false;

	PG_TRY();
	{
		more = job->table(turn->name, turn->state);
		if (!more)
			FaultIsOver(job->name, turn->name);
	}
	PG_CATCH();
	{
		MaintenanceEndError(caller, job->name, turn->name);
		more = false;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	return more;
}

void
MaintenanceCleanSession(void)
{
	MemoryContext caller = CurrentMemoryContext;

	if (!SessionRanForeignCode())
		return;
	StartTransactionCommand();
	SessionDiscard();
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
}

static void
AddContext(void *activity)
{
	errcontext("%s", (const char *) activity);
}

/* Whether there is more to do on the table when its turn is over. */
static bool
GiveTurn(const MaintenanceJob *job, const Turn *turn)
{
	TimestampTz started = GetCurrentTimestamp();
	char *activity = psprintf("%s of table \"%.*s\"", job->name, BYTES_ARGS(turn->name));
	ErrorContextCallback context = { error_context_stack, AddContext, activity };
	bool more;

	error_context_stack = &context;
	pgstat_report_activity(STATE_RUNNING, activity);
	do
	{
		CHECK_FOR_INTERRUPTS();
		more = TryTable(job, turn);
		MaintenanceCleanSession();
	} while (more &&
	         !TimestampDifferenceExceeds(started, GetCurrentTimestamp(), TURN_MILLISECONDS));
	pgstat_report_activity(STATE_IDLE, NULL);
	error_context_stack = context.previous;
	pfree(activity);
	return more;
}

/* Appends a turn for each of the next tables after `last`; false at the end. */
static bool
AddTurns(const MaintenanceJob *job, List **turns, Bytes *last)
{
	MemoryContext caller = CurrentMemoryContext;
	Bytes *names = NULL;
	int count = 0;

	StartTransactionCommand();
	if (CatalogExists())
		names = CatalogNames(*last, NAMES_AT_ONCE, &count);
	MemoryContextSwitchTo(caller);
	for (int i = 0; i < count; i++)
	{
		Turn *turn = palloc_object(Turn);

		turn->name = BytesFromCString(BytesToCString(names[i]));
		turn->state = palloc0(job->state_size);
		*turns = lappend(*turns, turn);
		*last = turn->name;
	}
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
	return count == NAMES_AT_ONCE;
}

/* A table that ends the worker in every round must not come before the same others each time. */
static void
Shuffle(List *turns)
{
	for (int i = list_length(turns) - 1; i > 0; i--)
	{
		ListCell *cell = list_nth_cell(turns, i);
		ListCell *other = list_nth_cell(turns, pg_prng_uint64_range(&pg_global_prng_state, 0, i));
		void *turn = lfirst(cell);

		lfirst(cell) = lfirst(other);
		lfirst(other) = turn;
	}
}

/* Each table has a turn, and further ones while the job's interval lasts. */
static void
MaintainTables(const MaintenanceJob *job)
{
	TimestampTz started = GetCurrentTimestamp();
	List *turns = NIL;
	Bytes last = { NULL, 0 };

	while (AddTurns(job, &turns, &last))
		;
	Shuffle(turns);
	do
	{
		List *again = NIL;
		ListCell *cell;

		foreach (cell, turns)
			if (GiveTurn(job, lfirst(cell)))
				again = lappend(again, lfirst(cell));
		list_free(turns);
		turns = again;
	} while (turns != NIL &&
	         !TimestampDifferenceExceeds(started, GetCurrentTimestamp(), *job->interval * 1000));
}

static void
MaintainDatabase(const MaintenanceJob *job)
{
	MemoryContextSwitchTo(
	    AllocSetContextCreate(TopMemoryContext, "dynamo maintenance", ALLOCSET_DEFAULT_SIZES));
	if (job->table != NULL)
		MaintainTables(job);
	if (job->database == NULL)
		return;
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	if (CatalogExists())
		job->database();
	PopActiveSnapshot();
	CommitTransactionCommand();
}

void
DynamoMaintenanceWorkerMain(Datum argument)
{
	Order order;

	memcpy(&order, MyBgworkerEntry->bgw_extra, sizeof(order));
	pqsignal(SIGTERM, die);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnectionByOid(DatumGetObjectId(argument), InvalidOid, 0);
	SetConfigOption("application_name", jobs[order.job]->name, PGC_USERSET, PGC_S_OVERRIDE);
	SetConfigOption("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_OVERRIDE);
	SetConfigOption("lock_timeout", WORKER_LOCK_TIMEOUT, PGC_USERSET, PGC_S_OVERRIDE);
	SetConfigOption("statement_timeout", "0", PGC_USERSET, PGC_S_OVERRIDE);
	SetConfigOption("idle_in_transaction_session_timeout", "0", PGC_USERSET, PGC_S_OVERRIDE);
	DisableTransactionTimeout();
	SetConfigOption("default_transaction_isolation", "read committed", PGC_USERSET, PGC_S_OVERRIDE);
	MaintainDatabase(jobs[order.job]);
	proc_exit(0);
}
