/*
 * Background upkeep of tables: statistics, and index builds that a restart of
 * the server interrupted.
 */
#ifndef DYNAMO_MAINTENANCE_H
#define DYNAMO_MAINTENANCE_H

/* Seconds between two rounds, and so the age that statistics may have. */
extern int maintenance_interval;

/* Defines the setting and, while the server starts, registers the launcher. */
extern void MaintenanceInit(void);

/* Whether the server was started with the launcher. */
extern bool MaintenanceWorkerRuns(void);

#endif
