/*
 * See upkeep.h.
 */
#include "change/upkeep/upkeep.h"

#include "postgres.h"

#include "change/upkeep/removal.h"
#include "change/upkeep/round.h"
#include "change/upkeep/settings.h"
#include "maintenance/maintenance.h"
#include "session/worker_budget.h"

static void
KeepUp(void)
{
	StreamUpkeep(false);
}

static const MaintenanceJob job = {
	.name = "streams",
	.interval = &stream_upkeep_interval,
	.anywhere = KeepUp,
};

/* A capture worker of one database, and upkeep at a commit. */
static int
CountWorkers(void)
{
	return 2;
}

void
StreamUpkeepInit(void)
{
	StreamSettingsInit();
	MaintenanceAddJob(&job);
	RemovalInit();
	WorkerBudgetAdd(WORKERS_STREAMS, CountWorkers);
}
