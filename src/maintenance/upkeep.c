/*
 * Upkeep of tables, as a job of maintenance.
 */
#include "postgres.h"

#include "utils/guc.h"

#include "auth/key/key_upkeep.h"
#include "backup/backup_catalog.h"
#include "backup/task.h"
#include "backup/worker_start.h"
#include "replication/worker_start.h"
#include "transfer/export/export_catalog.h"
#include "transfer/import/import_job.h"
#include "transfer/migrate/migration_start.h"
#include "storage/write/client_token.h"
#include "maintenance/dropped_roles.h"
#include "maintenance/maintenance.h"
#include "metrics/history.h"
#include "storage/statistics.h"
#include "maintenance/upkeep.h"

static void
KeepUp(Table *table, void *state)
{
	TableResumeBuilds(table);
	StatisticsRefresh(table);
}

static bool
KeepUpTable(Bytes name, void *state)
{
	(void) MaintenanceTransaction(name, KeepUp, NULL);
	return false;
}

/* Tasks of backups that have no worker, or failed the last time. */
static void
ResumeBackups(void)
{
	BackupsExpire();
	ExportsExpire();
	ImportJobsExpire();
	if (BackupTasksDue() != NIL)
		BackupWorkerStartNow();
}

static void
KeepUpDatabase(void)
{
	ClientTokensForgetExpired();
	DroppedRolesForget();
	AccessKeysKeepUp();
	ResumeBackups();
	MigrationsKeepUp();
	RegionWorkersKeepUp();
	HistoryTick();
}

static const MaintenanceJob upkeep = {
	.name = "upkeep",
	.interval = &statistics_age,
	.table = KeepUpTable,
	.database = KeepUpDatabase,
};

void
UpkeepInit(void)
{
	DefineCustomIntVariable("dynamo.maintenance_interval",
	                        "Time between two rounds of upkeep of tables.",
	                        "Item counts and table sizes are at most this old.", &statistics_age,
	                        60, 1, 3600, PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
	MaintenanceAddJob(&upkeep);
}
