/*
 * Background upkeep of tables.
 *
 * The launcher, registered when the server starts, belongs to no database. In
 * each interval it starts one worker after the other, one a database; a worker
 * looks whether the extension is there, brings its tables up to date, and ends.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_database.h"
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
#include "utils/wait_event.h"

#include "compat.h"
#include "storage/catalog.h"
#include "storage/client_token.h"
#include "storage/ddl.h"
#include "storage/maintenance.h"
#include "storage/relation_name.h"
#include "storage/statistics.h"
#include "storage/table.h"

#define LAUNCHER_RESTART_SECONDS 10

PGDLLEXPORT void DynamoMaintenanceLauncherMain(Datum argument);
PGDLLEXPORT void DynamoMaintenanceWorkerMain(Datum argument);

int maintenance_interval = 60;

/* Set in the postmaster, so every backend inherits it. */
static bool launcher_registered = false;

bool
MaintenanceWorkerRuns(void)
{
	return launcher_registered;
}

static void
RegisterLauncher(void)
{
	BackgroundWorker worker = { .bgw_name = "dynamo maintenance launcher",
		                        .bgw_type = "dynamo maintenance launcher",
		                        .bgw_flags =
		                            BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		                        .bgw_start_time = BgWorkerStart_RecoveryFinished,
		                        .bgw_restart_time = LAUNCHER_RESTART_SECONDS,
		                        .bgw_library_name = "dynamo",
		                        .bgw_function_name = "DynamoMaintenanceLauncherMain" };

	RegisterBackgroundWorker(&worker);
	launcher_registered = true;
}

void
MaintenanceInit(void)
{
	DefineCustomIntVariable(
	    "dynamo.maintenance_interval", "Time between two rounds of upkeep of tables.",
	    "Item counts and table sizes are at most this old.", &maintenance_interval, 60, 1, 3600,
	    PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
	if (process_shared_preload_libraries_in_progress)
		RegisterLauncher();
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

/* Where every worker slot is taken, the database waits for the next round. */
static void
MaintainDatabase(Oid database)
{
	BackgroundWorkerHandle *handle;
	BackgroundWorker worker = { .bgw_name = "dynamo maintenance worker",
		                        .bgw_type = "dynamo maintenance worker",
		                        .bgw_flags =
		                            BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		                        .bgw_start_time = BgWorkerStart_RecoveryFinished,
		                        .bgw_restart_time = BGW_NEVER_RESTART,
		                        .bgw_library_name = "dynamo",
		                        .bgw_function_name = "DynamoMaintenanceWorkerMain",
		                        .bgw_main_arg = ObjectIdGetDatum(database),
		                        .bgw_notify_pid = MyProcPid };

	if (!RegisterDynamicBackgroundWorker(&worker, &handle))
		return;
	if (WaitForBackgroundWorkerShutdown(handle) == BGWH_POSTMASTER_DIED)
		proc_exit(1);
}

static void
Sleep(void)
{
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
	                 maintenance_interval * 1000L, PG_WAIT_EXTENSION);
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
	MemoryContext round;

	pqsignal(SIGTERM, die);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection(NULL, NULL, 0);
	round = AllocSetContextCreate(TopMemoryContext, "dynamo maintenance", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(round);
	for (;;)
	{
		ListCell *cell;

		foreach (cell, Databases())
			MaintainDatabase(lfirst_oid(cell));
		MemoryContextReset(round);
		Sleep();
	}
}

/* In a transaction of its own. */
static void
MaintainTable(Bytes name)
{
	Table *table;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	table = TableOpen(name, 0);
	if (table != NULL)
	{
		TableResumeBuilds(table);
		StatisticsRefresh(table);
	}
	PopActiveSnapshot();
	CommitTransactionCommand();
}

/* The same for the database's client tokens. */
static void
MaintainTokens(Bytes name)
{
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	ClientTokensForgetExpired();
	PopActiveSnapshot();
	CommitTransactionCommand();
}

/* What is wrong with one table must not keep the others from their upkeep. */
static void
Try(void (*maintain)(Bytes name), Bytes name)
{
	MemoryContext caller = CurrentMemoryContext;

	PG_TRY();
	{
		maintain(name);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		EmitErrorReport();
		AbortCurrentTransaction();
		FlushErrorState();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
}

/* The name of the table after this one, in `context`; false at the end. */
static bool
NextTable(MemoryContext context, Bytes *name)
{
	Bytes *names = NULL;
	int count = 0;

	StartTransactionCommand();
	if (OidIsValid(DynamoRelation(FUNCTION_SCHEMA, "table_catalog")))
		names = CatalogNames(*name, 1, &count);
	if (count == 1)
	{
		name->data = MemoryContextStrdup(context, BytesToCString(names[0]));
		name->length = names[0].length;
	}
	CommitTransactionCommand();
	return count == 1;
}

void
DynamoMaintenanceWorkerMain(Datum argument)
{
	Bytes name = { NULL, 0 };
	MemoryContext names;

	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnectionByOid(DatumGetObjectId(argument), InvalidOid, 0);
	names = AllocSetContextCreate(TopMemoryContext, "dynamo table names", ALLOCSET_DEFAULT_SIZES);
	while (NextTable(names, &name))
		Try(MaintainTable, name);
	Try(MaintainTokens, name);
	proc_exit(0);
}
