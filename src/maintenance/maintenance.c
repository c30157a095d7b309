/*
 * The jobs of maintenance.
 */
#include "maintenance/maintenance.h"

/* The same in every process of a server that was started with the library. */
static const MaintenanceJob *jobs[MAX_MAINTENANCE_JOBS];
static int job_count;

void
MaintenanceAddJob(const MaintenanceJob *job)
{
	if (job_count == MAX_MAINTENANCE_JOBS)
		elog(ERROR, "too many jobs of maintenance");
	jobs[job_count++] = job;
}

const MaintenanceJob *
MaintenanceJobAt(int number)
{
	return number < job_count ? jobs[number] : NULL;
}
