/*
 * See round.h.
 */
#include "change/upkeep/round.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "replication/slot.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/wait_event.h"

#include "change/capture/capture_state.h"
#include "change/upkeep/capture_control.h"
#include "change/upkeep/epoch.h"
#include "change/upkeep/reconcile.h"
#include "change/upkeep/shard_life.h"
#include "change/upkeep/slot.h"
#include "internals.h"
#include "maintenance/known_fault.h"
#include "maintenance/maintenance.h"
#include "session/wait_event.h"
#include "storage/catalog/catalog.h"
#include "storage/relation/lock.h"
#include "storage/stream/stream_catalog.h"
#include "storage/stream/stream_broken.h"

#define WORK "stream upkeep"
#define PAUSE_MILLISECONDS 100
#define MAX_ROUNDS 100 /* of a patient worker: the rest is the next job's */

typedef struct UpkeepStep
{
	const char *name;
	void (*run)(UpkeepRound *round);
	bool captures; /* where it fails nothing is captured */
} UpkeepStep;

PGDLLEXPORT void DynamoStreamUpkeepMain(Datum argument);

/* A database that never came to capture anything has a place, and no origin. */
static void
ForgetGoneDatabases(UpkeepRound *round)
{
	ListCell *cell;

	StartTransactionCommand();
	OriginsDropGone();
	foreach (cell, CaptureStateDatabases())
		if (!SearchSysCacheExists1(DATABASEOID, ObjectIdGetDatum(lfirst_oid(cell))))
			CaptureForget(lfirst_oid(cell));
	CommitTransactionCommand();
}

static void
TellBroken(const char *catalog, Bytes table, int64 label, ErrorData *fault)
{
	if (FaultIsNew(catalog, table, fault))
		StreamWarnOfBroken(catalog, table, label, fault);
}

/* Steps leave them out, so that they keep nothing from being done for others. */
static void
TellBrokenRows(UpkeepRound *round)
{
	StepBegin();
	StreamsVisitBroken(TellBroken);
	StepCommit();
}

/* A loss is noticed before streams are reconciled, which the new slot comes after. */
static const UpkeepStep steps[] = {
	{ "broken rows", TellBrokenRows },
	{ "loss of changes", EpochCheck },
	{ "tables without a stream", ReconcileTables },
	{ "streams without a table", ReconcileStreams },
	{ "broken streams", ReconcileBroken },
	{ "end of shards", ShardsClose },
	{ "end of capture", EpochFinish },
	{ "begin of capture", EpochBegin, true },
	{ "capture worker", EpochContinue, true },
	{ "roll of shards", ShardsRoll },
	{ "retention", LogTrim },
	{ "databases that are gone", ForgetGoneDatabases },
};

static const UpkeepStep steps_without_extension[] = {
	{ "end of capture", EpochRemove },
	{ "databases that are gone", ForgetGoneDatabases },
};

/* lock_timeout: what a session holds for long is left for the next round. */
static void
ReportFault(const UpkeepStep *step, ErrorData *error)
{
	if (error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE)
		return;
	if (step->captures)
		CaptureNote(CAPTURE_FAILED, error->message);
	if (FaultIsNew(WORK, BytesFromCString(step->name), error))
		ereport(WARNING, (errcode(error->sqlerrcode),
		                  errmsg("upkeep of streams failed (%s): %s", step->name, error->message),
		                  error->detail != NULL ? errdetail_internal("%s", error->detail) : 0,
		                  error->hint != NULL ? errhint("%s", error->hint) : 0));
}

static void
TryStep(const UpkeepStep *step, UpkeepRound *round)
{
	MemoryContext caller = CurrentMemoryContext;
	ErrorData *volatile error = NULL;

	PG_TRY();
	{
		step->run(round);
		FaultIsOver(WORK, BytesFromCString(step->name));
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		error = CopyErrorData();
		MaintenanceEndError(caller, NULL, BytesFromCString(step->name));
		if (MyReplicationSlot != NULL)
			ReplicationSlotRelease(); /* one that is not whole goes */
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	if (error != NULL)
		ReportFault(step, error);
}

static bool
ExtensionExists(void)
{
	bool exists;

	StartTransactionCommand();
	exists = CatalogExists();
	CommitTransactionCommand();
	return exists;
}

static void
RunSteps(const UpkeepStep *list, int count, UpkeepRound *round)
{
	MemoryContext context =
	    AllocSetContextCreate(TopMemoryContext, "dynamo stream upkeep", ALLOCSET_DEFAULT_SIZES);

	for (int i = 0; i < count; i++)
	{
		MemoryContextSwitchTo(context);
		CHECK_FOR_INTERRUPTS();
		TryStep(&list[i], round);
		MemoryContextReset(context);
	}
	MemoryContextSwitchTo(TopMemoryContext);
	MemoryContextDelete(context);
}

static bool
RunRound(void)
{
	UpkeepRound round = { false };

	if (ExtensionExists())
		RunSteps(steps, lengthof(steps), &round);
	else
		RunSteps(steps_without_extension, lengthof(steps_without_extension), &round);
	return round.soon;
}

/* One worker does rounds, and one waits to do what was asked for meanwhile. */
static bool
TakeTurn(void)
{
	LOCKTAG turn = StreamUpkeepLock();
	LOCKTAG next = StreamUpkeepNextLock();
	int timeout = LockTimeoutGet();

	if (LockAcquire(&turn, ExclusiveLock, true, true) != LOCKACQUIRE_NOT_AVAIL)
		return true;
	if (LockAcquire(&next, ExclusiveLock, true, true) == LOCKACQUIRE_NOT_AVAIL)
		return false;
	LockTimeoutSet(0);
	(void) LockAcquire(&turn, ExclusiveLock, true, false);
	LockTimeoutSet(timeout);
	(void) LockRelease(&next, ExclusiveLock, true);
	return true;
}

static void
Pause(void)
{
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, PAUSE_MILLISECONDS,
	                 WaitEventFor(WAIT_FOR_ROUNDS));
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
}

void
StreamUpkeep(bool patient)
{
	MemoryContext caller = CurrentMemoryContext;
	LOCKTAG turn = StreamUpkeepLock();
	int rounds = 0;

	if (!TakeTurn())
		return;
	while (RunRound() && patient && ++rounds < MAX_ROUNDS)
		Pause();
	(void) LockRelease(&turn, ExclusiveLock, true);
	MaintenanceCleanSession();
	MemoryContextSwitchTo(caller);
}

void
DynamoStreamUpkeepMain(Datum argument)
{
	MaintenanceConnect(DatumGetObjectId(argument), WORK);
	StreamUpkeep(true);
	proc_exit(0);
}
