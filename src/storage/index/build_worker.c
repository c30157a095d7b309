/*
 * Workers are started at commit: one that was started before would have to wait for
 * the transaction, which may be idle for hours, and keep a slot of the server's from
 * maintenance. For the same reason only some may build at once: CREATE INDEX
 * CONCURRENTLY waits for every older transaction. Where there is no place the table
 * is taken up by a worker that has one, or by maintenance.
 */
#include "storage/index/build_worker.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "session/preload.h"
#include "session/shared_memory.h"
#include "session/worker_budget.h"
#include "session/worker_place.h"

/* To be started at commit. */
typedef struct PendingWorker
{
	Oid relation;
	NameData name;
} PendingWorker;

static int max_builds = 1;

static WorkerPlaces places = { .limit = &max_builds };
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

/* Must not raise an error: the transaction has committed. */
static void
StartPending(void)
{
	bool started = true;
	ListCell *cell;

	foreach (cell, pending)
	{
		PendingWorker *worker = lfirst(cell);

		if (WorkerPlaceIsFree(&places))
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
	if (WorkerPlaceIsFree(&places))
		(void) Register(relation, get_rel_name(relation));
}

bool
BuildPlaceTake(void)
{
	return WorkerPlaceTake(&places);
}

void
BuildPlaceGiveUp(void)
{
	WorkerPlaceGiveUp(&places);
}

static void
Attach(void *memory, LWLock *lock)
{
	WorkerPlacesAttach(&places, memory);
}

static const SharedMemory memory = {
	.name = "dynamo index builds",
	.size = WorkerPlacesSize,
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
	                        MAX_WORKER_PLACES, PGC_SIGHUP, 0, NULL, NULL, NULL);
	SharedMemoryAdd(&memory);
	WorkerBudgetAdd(WORKERS_INDEX_BUILD, MaxBuilds);
}
