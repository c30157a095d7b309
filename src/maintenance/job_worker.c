/*
 * A worker of one job in one database: does the job for every table, and ends.
 */
#include "postgres.h"

#include "access/xact.h"
#include "common/pg_prng.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "tcop/tcopprot.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "internals.h"
#include "maintenance/known_fault.h"
#include "maintenance/maintenance.h"
#include "session/clean_session.h"
#include "session/worker_session.h"
#include "storage/catalog/catalog.h"
#include "storage/relation/table.h"

/* How long one table keeps the others of its database waiting. */
#define TURN_MILLISECONDS 5000
#define NAMES_AT_ONCE 100
/* How long a worker waits for a lock, as of a table that is being altered. */
#define WORKER_LOCK_TIMEOUT "200ms"

typedef struct TableTurn
{
	Bytes name;
	void *state; /* the job's own */
} TableTurn;

PGDLLEXPORT void DynamoMaintenanceWorkerMain(Datum argument);

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
	ForgetCancellation();
	if (IsToBeLogged(work, table))
		EmitErrorReport();
	debug_query_string = NULL; /* of the transaction's memory */
	AbortCurrentTransaction();
	FlushErrorState();
	RESUME_INTERRUPTS();
}

/* What is wrong with one table must not keep the others from their turn. */
static bool
TryTable(const MaintenanceJob *job, const TableTurn *turn)
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
GiveTurn(const MaintenanceJob *job, const TableTurn *turn)
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
		TableTurn *turn = palloc_object(TableTurn);

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
MaintainOwnTables(const MaintenanceJob *job)
{
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	if (CatalogExists())
		job->database();
	PopActiveSnapshot();
	CommitTransactionCommand();
}

static void
MaintainDatabase(const MaintenanceJob *job)
{
	MemoryContextSwitchTo(
	    AllocSetContextCreate(TopMemoryContext, "dynamo maintenance", ALLOCSET_DEFAULT_SIZES));
	if (job->table != NULL)
		MaintainTables(job);
	if (job->database != NULL)
		MaintainOwnTables(job);
	if (job->anywhere != NULL)
		job->anywhere();
}

void
MaintenanceConnect(Oid database, const char *name)
{
	pqsignal(SIGTERM, die);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();
	WorkerSessionBegin(database, name, WORKER_LOCK_TIMEOUT);
}

void
DynamoMaintenanceWorkerMain(Datum argument)
{
	const MaintenanceJob *job;
	int number;

	memcpy(&number, MyBgworkerEntry->bgw_extra, sizeof(number));
	job = MaintenanceJobAt(number);
	MaintenanceConnect(DatumGetObjectId(argument), job->name);
	MaintainDatabase(job);
	proc_exit(0);
}
