/*
 * See migration_start.h.
 */
#include "transfer/migrate/migration_start.h"

#include "miscadmin.h"
#include "utils/guc.h"

#include "session/database_worker.h"
#include "session/shared_memory.h"
#include "session/worker_budget.h"
#include "session/worker_place.h"
#include "transfer/migrate/migration.h"

static int max_migrations = 2;
static WorkerPlaces places = { .limit = &max_migrations };

static const DatabaseWorker worker = { "dynamo migration", "DynamoMigrationMain",
	                                   BGW_NEVER_RESTART };

void
MigrationWorkerStart(void)
{
	DatabaseWorkerStartAtCommit(&worker);
}

bool
MigrationPlaceTake(void)
{
	return WorkerPlaceTake(&places);
}

void
MigrationPlaceGiveUp(void)
{
	WorkerPlaceGiveUp(&places);
}

void
CheckMigrationsCanRun(void)
{
	if (places.places == NULL)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("migrations take dynamo in shared_preload_libraries")));
}

static void
Attach(void *memory, LWLock *lock)
{
	WorkerPlacesAttach(&places, memory);
}

static const SharedMemory memory = {
	.name = "dynamo migrations",
	.size = WorkerPlacesSize,
	.attach = Attach,
};

static int
MaxMigrations(void)
{
	return max_migrations;
}

void
MigrationsKeepUp(void)
{
	MigrationsExpire();
	if (MigrationsDue() != NIL && WorkerPlaceIsFree(&places))
		(void) DatabaseWorkerStart(&worker, MyDatabaseId);
}

void
MigrationsInit(void)
{
	if (!process_shared_preload_libraries_in_progress)
		return;
	DefineCustomIntVariable("dynamo.max_migrations",
	                        "Background workers that migrate tables at the same time.",
	                        "Where there are more tables they take turns.", &max_migrations, 2, 1,
	                        MAX_WORKER_PLACES, PGC_SIGHUP, 0, NULL, NULL, NULL);
	SharedMemoryAdd(&memory);
	WorkerBudgetAdd(WORKERS_MIGRATIONS, MaxMigrations);
}
