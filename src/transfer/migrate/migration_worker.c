/*
 * The worker of migrations: takes the one that has waited the longest, works on it for some
 * seconds, and then on the next. Where no other one is due it stays, with the connections and the
 * places in the stream that it has. It ends when no migration is left.
 *
 * An error that may pass puts the migration off, for longer with each one in a row; others end it
 * as FAILED. Neither keeps the other migrations waiting.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "maintenance/maintenance.h"
#include "session/worker_session.h"
#include "storage/catalog/catalog.h"
#include "storage/relation/lock.h"
#include "transfer/migrate/migration_start.h"
#include "transfer/migrate/phase.h"

#define WORK "migration"
#define LOCK_TIMEOUT "10s"
#define IDLE_TURN 300       /* ms after which one that has nothing to do makes room for them */
#define TURN 2000           /* ms after which others that are due have theirs */
#define IDLE_PAUSE 50       /* ms between two steps that found nothing to do */
#define LONGEST_SLEEP 10000 /* ms while all migrations are put off */
#define FIRST_PUT_OFF 500   /* ms; each further one is twice as long */
#define LAST_PUT_OFF 60000

PGDLLEXPORT void DynamoMigrationMain(Datum argument);

/* --- a turn --- */

/* False where it has ended meanwhile. */
static bool
OpenRun(int64 id, MigrationRun *run)
{
	MemoryContext context = CurrentMemoryContext;
	Migration job;
	bool found;

	WorkerTransactionBegin();
	MemoryContextSwitchTo(context);
	found = MigrationRead(id, &job) && !MigrationHasEnded(job.phase);
	if (found)
	{
		*run = (MigrationRun){ .job = job };
		MigrationRunOpen(run, &job);
	}
	WorkerTransactionCommit();
	MemoryContextSwitchTo(context);
	return found;
}

/* Reads what sessions want of it, and whether others are due. */
static bool
LookAround(MigrationRun *run)
{
	MemoryContext context = CurrentMemoryContext;
	ListCell *cell;
	bool others = false;

	WorkerTransactionBegin();
	run->job.wanted = MigrationWishRead(run->job.id);
	foreach (cell, MigrationsDue())
	{
		int64 id = *(const int64 *) lfirst(cell);
		LOCKTAG tag = MigrationLock(id);

		if (id == run->job.id ||
		    LockAcquire(&tag, ExclusiveLock, false, true) == LOCKACQUIRE_NOT_AVAIL)
			continue;
		others = true;
		LockRelease(&tag, ExclusiveLock, false);
		break;
	}
	WorkerTransactionCommit();
	MemoryContextSwitchTo(context);
	return others;
}

static void
ReportStep(const MigrationRun *run)
{
	char activity[256];

	snprintf(activity, sizeof(activity),
	         "migration of table \"%.100s\": %s, " INT64_FORMAT " items, " INT64_FORMAT " changes",
	         run->job.source, MigrationPhaseName(run->job.phase), run->job.scanned,
	         run->job.changes);
	pgstat_report_activity(STATE_RUNNING, activity);
}

/* One step in memory of its own. */
static StepResult
DoStep(MigrationRun *run, MemoryContext step)
{
	MemoryContext turn = MemoryContextSwitchTo(step);
	StepResult result;

	ReportStep(run);
	result = MigrationRunStep(run);
	MemoryContextSwitchTo(turn);
	MemoryContextReset(step);
	return result;
}

static void
Cancel(MigrationRun *run)
{
	run->job.phase = MIGRATION_CANCELLED;
	MigrationRunSave(run);
}

/* The end of a turn that has not ended the migration: it is the last in the line. */
static void
EndTurn(MigrationRun *run)
{
	MemoryContext context = CurrentMemoryContext;

	WorkerTransactionBegin();
	MigrationYield(&run->job);
	WorkerTransactionCommit();
	MemoryContextSwitchTo(context);
}

static void
ReloadSettings(void)
{
	if (!ConfigReloadPending)
		return;
	ConfigReloadPending = false;
	ProcessConfigFile(PGC_SIGHUP);
}

/* Of writers that wait for the last changes no other one has a turn. */
static bool
TurnIsOver(const MigrationRun *run, TimestampTz began, bool idle)
{
	return run->job.phase != MIGRATION_DRAINING &&
	       TimestampDifferenceExceeds(began, GetCurrentTimestamp(), idle ? IDLE_TURN : TURN);
}

static void
RunTurn(MigrationRun *run)
{
	TimestampTz began = GetCurrentTimestamp();
	MemoryContext step = AllocSetContextCreate(CurrentMemoryContext, "dynamo migration step",
	                                           ALLOCSET_DEFAULT_SIZES);

	bool idle = false;

	while (!MigrationHasEnded(run->job.phase))
	{
		bool others;

		CHECK_FOR_INTERRUPTS();
		ReloadSettings();
		others = LookAround(run);
		if (run->job.wanted == WISH_CANCEL)
			Cancel(run);
		else if (others && TurnIsOver(run, began, idle))
		{
			EndTurn(run);
			return;
		}
		else
			idle = DoStep(run, step) == STEP_IDLE;
		if (idle)
			MigrationPause(IDLE_PAUSE);
	}
}

/* --- errors --- */

static int64
PutOffOf(int failures)
{
	return Min((int64) FIRST_PUT_OFF << Min(failures, 10), LAST_PUT_OFF);
}

static void
RecordError(int64 id, const ErrorData *error)
{
	Migration job;

	WorkerTransactionBegin();
	if (!MigrationRead(id, &job))
		ereport(LOG, (errmsg("migration " INT64_FORMAT " is gone", id)));
	else if (SideErrorMayPass(error->sqlerrcode))
		MigrationPostpone(&job, error->message, PutOffOf(job.failures));
	else
		MigrationFail(&job, error->message);
	WorkerTransactionCommit();
}

/* In a PG_CATCH: ends the transaction, and with it the role that it had. */
static void
EndError(MemoryContext caller, int64 id)
{
	ErrorData *error;
	char subject[32];

	MemoryContextSwitchTo(caller);
	error = CopyErrorData();
	snprintf(subject, sizeof(subject), INT64_FORMAT, id);
	MaintenanceEndError(caller, WORK, BytesFromCString(subject));
	SetUserIdAndSecContext(GetSessionUserId(), 0);
	RecordError(id, error);
	MemoryContextSwitchTo(caller);
	FreeErrorData(error);
}

static void
TryTurn(int64 id, MemoryContext turn)
{
	MemoryContext caller = CurrentMemoryContext;
	MigrationRun run;

	PG_TRY();
	{
		MemoryContextSwitchTo(turn);
		if (OpenRun(id, &run))
			RunTurn(&run);
	}
	PG_CATCH();
	{
		EndError(caller, id);
	}
	PG_END_TRY();
	pgstat_report_activity(STATE_IDLE, NULL);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(turn);
}

/* False where another worker is at it. */
static bool
TakeTurn(int64 id, MemoryContext turn)
{
	LOCKTAG tag = MigrationLock(id);

	if (LockAcquire(&tag, ExclusiveLock, true, true) == LOCKACQUIRE_NOT_AVAIL)
		return false;
	TryTurn(id, turn);
	LockRelease(&tag, ExclusiveLock, true);
	MaintenanceCleanSession();
	return true;
}

/* --- all that is due --- */

/* Those that are due, and how long until one is: -1 where none will be. */
static List *
ReadDue(MemoryContext context, int64 *wait)
{
	MemoryContext caller = CurrentMemoryContext;
	List *due = NIL;

	*wait = -1;
	WorkerTransactionBegin();
	if (CatalogExists())
	{
		MemoryContextSwitchTo(context);
		due = MigrationsDue();
		*wait = MigrationsNextTurn();
	}
	WorkerTransactionCommit();
	MemoryContextSwitchTo(caller);
	return due;
}

static bool
TakeFirst(const List *due, MemoryContext turn)
{
	ListCell *cell;

	foreach (cell, due)
		if (TakeTurn(*(const int64 *) lfirst(cell), turn))
			return true;
	return false;
}

/* Until none is left for this worker. */
static void
RunAll(MemoryContext list, MemoryContext turn)
{
	for (;;)
	{
		int64 wait;
		List *due;

		MemoryContextReset(list);
		due = ReadDue(list, &wait);
		if (TakeFirst(due, turn))
			continue;
		/* Other workers are at those that are due, or none is left. */
		if (due != NIL || wait < 0)
			return;
		ReloadSettings();
		MigrationPause(Min(wait + 1, LONGEST_SLEEP));
	}
}

void
DynamoMigrationMain(Datum argument)
{
	MemoryContext list;
	MemoryContext turn;

	pqsignal(SIGTERM, die);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();
	if (!MigrationPlaceTake())
		proc_exit(0);
	WorkerSessionBegin(DatumGetObjectId(argument), WORK, LOCK_TIMEOUT);
	list = AllocSetContextCreate(TopMemoryContext, "dynamo migrations", ALLOCSET_SMALL_SIZES);
	turn = AllocSetContextCreate(TopMemoryContext, "dynamo migration", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(list);
	RunAll(list, turn);
	/* One that was added since then may have found no place. */
	MigrationPlaceGiveUp();
	if (MigrationPlaceTake())
		RunAll(list, turn);
	proc_exit(0);
}
