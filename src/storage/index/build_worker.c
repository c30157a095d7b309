/*
 * Workers are started at commit: one that was started before would have to wait for
 * the transaction, which may be idle for hours, and keep a slot of the server's from
 * maintenance. For the same reason only some may build at once: CREATE INDEX
 * CONCURRENTLY waits for every older transaction. Where there is no place the table
 * is taken up by a worker that has one, or by maintenance.
 *
 * Places are in shared memory, each the PID of a worker or 0. A worker takes one
 * by compare and exchange and clears it when it ends; after a crash all are empty.
 * Without the library preloaded there are none, and all may build.
 */
#include "storage/index/build_worker.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "port/atomics.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "session/preload.h"
#include "session/shared_memory.h"
#include "session/worker_budget.h"

#define MAX_PLACES 64

/* To be started at commit. */
typedef struct PendingWorker
{
	Oid relation;
	NameData name;
} PendingWorker;

static int max_builds = 1;

static pg_atomic_uint32 *places = NULL;
static int own_place = -1;
static List *pending = NIL; /* of the current transaction, in its context */

static bool
Register(Oid relation, const char *name)
{
	BuildOrder order = { .database = MyDatabaseId, .relation = relation };
	BackgroundWorker worker = { .bgw_flags =
		                            BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		                        .bgw_start_time = BgWorkerStart_RecoveryFinished,
		                        .bgw_restart_time = BGW_NEVER_RESTART,
		                        .bgw_library_name = "dynamo",
		                        .bgw_function_name = "DynamoIndexBuildMain",
		                        .bgw_type = "dynamo index build" };

	if (IsBinaryUpgrade)
		return false;
	snprintf(worker.bgw_name, BGW_MAXLEN, "dynamo index build of %s", name);
	memcpy(worker.bgw_extra, &order, sizeof(order));
	return RegisterDynamicBackgroundWorker(&worker, NULL);
}

static bool
PlaceIsFree(void)
{
	if (places == NULL)
		return true;
	for (int i = 0; i < max_builds; i++)
		if (pg_atomic_read_u32(&places[i]) == 0)
			return true;
	return false;
}

/* Must not raise an error: the transaction has committed. */
static void
StartPending(void)
{
	bool started = true;
	ListCell *cell;

	foreach (cell, pending)
	{
		PendingWorker *worker = lfirst(cell);

		if (PlaceIsFree())
			started = Register(worker->relation, NameStr(worker->name)) && started;
	}
	if (!started)
		ereport(NOTICE, (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
		                 errmsg("no background worker is free to build the index"),
		                 errdetail("It is built as soon as one is."),
		                 errhint("Raise max_worker_processes.")));
}

static void
EndTransaction(XactEvent event, void *argument)
{
	if (event == XACT_EVENT_COMMIT)
		StartPending();
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		pending = NIL;
}

static void
StartAtCommit(Oid relation)
{
	static bool registered = false;
	MemoryContext caller = MemoryContextSwitchTo(TopTransactionContext);
	PendingWorker *worker = palloc_object(PendingWorker);

	worker->relation = relation;
	strlcpy(NameStr(worker->name), get_rel_name(relation), NAMEDATALEN);
	pending = lappend(pending, worker);
	MemoryContextSwitchTo(caller);
	if (!registered)
		RegisterXactCallback(EndTransaction, NULL);
	registered = true;
}

void
BuildWorkerStart(Oid relation)
{
	if (IsPreloaded())
		StartAtCommit(relation);
	else if (!Register(relation, get_rel_name(relation)))
		ereport(ERROR, (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
		                errmsg("no background worker is free to build the index"),
		                errhint("Raise max_worker_processes.")));
}

void
BuildWorkerResume(Oid relation)
{
	if (PlaceIsFree())
		(void) Register(relation, get_rel_name(relation));
}

static void
GiveUpAtExit(int code, Datum argument)
{
	BuildPlaceGiveUp();
}

bool
BuildPlaceTake(void)
{
	static bool registered = false;

	if (places == NULL)
		return true;
	if (!registered)
		before_shmem_exit(GiveUpAtExit, (Datum) 0);
	registered = true;
	for (int i = 0; i < max_builds && own_place < 0; i++)
	{
		uint32 empty = 0;

		if (pg_atomic_compare_exchange_u32(&places[i], &empty, (uint32) MyProcPid))
			own_place = i;
	}
	return own_place >= 0;
}

void
BuildPlaceGiveUp(void)
{
	if (own_place >= 0)
		pg_atomic_write_u32(&places[own_place], 0);
	own_place = -1;
}

static Size
PlacesSize(void)
{
	return sizeof(pg_atomic_uint32) * MAX_PLACES;
}

static void
Attach(void *memory, LWLock *lock)
{
	places = memory;
	for (int i = 0; i < MAX_PLACES; i++)
		pg_atomic_init_u32(&places[i], 0);
}

static const SharedMemory memory = {
	.name = "dynamo index builds",
	.size = PlacesSize,
	.attach = Attach,
};

static int
MaxBuilds(void)
{
	return max_builds;
}

void
BuildWorkerInit(void)
{
	if (!process_shared_preload_libraries_in_progress)
		return;
	DefineCustomIntVariable("dynamo.max_index_builds",
	                        "Background workers that build indexes at the same time.",
	                        "Further builds wait for one of them to end.", &max_builds, 1, 1,
	                        MAX_PLACES, PGC_SIGHUP, 0, NULL, NULL, NULL);
	SharedMemoryAdd(&memory);
	WorkerBudgetAdd(WORKERS_INDEX_BUILD, MaxBuilds);
}
