/*
 * See worker_start.h.
 */
#include "replication/worker_start.h"

#include "miscadmin.h"
#include "utils/guc.h"

#include "region/region_clock.h"
#include "session/database_worker.h"
#include "session/shared_memory.h"
#include "session/worker_budget.h"
#include "session/worker_place.h"
#include "storage/region/region_catalog.h"
#include "storage/relation/lock.h"

int region_interval = 20;
int region_max_lead = 300;
int tombstone_days = 7;

static int max_workers = 4;
static WorkerPlaces places = { .limit = &max_workers };

static const DatabaseWorker worker = { "dynamo region", "DynamoRegionMain", BGW_NEVER_RESTART };

void
RegionWorkerStart(void)
{
	DatabaseWorkerStartAtCommit(&worker);
}

bool
RegionWorkerPlaceTake(void)
{
	return WorkerPlaceTake(&places);
}

static bool
HasWorker(const KnownRegion *region)
{
	LOCKTAG tag = RegionLock(region->number);

	if (LockAcquire(&tag, ExclusiveLock, false, true) == LOCKACQUIRE_NOT_AVAIL)
		return true;
	LockRelease(&tag, ExclusiveLock, false);
	return false;
}

void
RegionWorkersKeepUp(void)
{
	ListCell *cell;

	if (RegionNumber() == 0)
		return;
	foreach (cell, KnownRegions())
		if (!HasWorker(lfirst(cell)) && WorkerPlaceIsFree(&places))
			(void) DatabaseWorkerStart(&worker, MyDatabaseId);
}

static Size
PlacesSize(void)
{
	return RegionNumberSetting() == 0 ? 0 : WorkerPlacesSize();
}

static void
Attach(void *memory, LWLock *lock)
{
	WorkerPlacesAttach(&places, memory);
}

static const SharedMemory memory = {
	.name = "dynamo regions",
	.size = PlacesSize,
	.attach = Attach,
};

static int
MaxWorkers(void)
{
	return RegionNumberSetting() == 0 ? 0 : max_workers;
}

void
ReplicationInit(void)
{
	if (!process_shared_preload_libraries_in_progress)
		return;
	DefineCustomIntVariable("dynamo.max_region_workers",
	                        "Background workers that fetch what other regions write.",
	                        "One for each region that a database knows.", &max_workers, 4, 1,
	                        MAX_WORKER_PLACES, PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomIntVariable(
	    "dynamo.region_interval", "Time between two looks at what another region has written.",
	    NULL, &region_interval, 20, 1, 60000, PGC_SIGHUP, GUC_UNIT_MS, NULL, NULL, NULL);
	DefineCustomIntVariable("dynamo.region_max_lead",
	                        "How far another region's stamps may be ahead of this server's time.",
	                        "What is further ahead waits.", &region_max_lead, 300, 1, 86400,
	                        PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomIntVariable("dynamo.tombstone_retention",
	                        "Days that stamps of deletions in global tables are kept.",
	                        "A region that is away for longer must be made anew.", &tombstone_days,
	                        7, 1, 365, PGC_SIGHUP, 0, NULL, NULL, NULL);
	SharedMemoryAdd(&memory);
	WorkerBudgetAdd(WORKERS_REGIONS, MaxWorkers);
}
