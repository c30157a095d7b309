/*
 * Workers that fetch what other regions write: one for each region that a database knows.
 */
#ifndef DYNAMO_REPLICATION_WORKER_START_H
#define DYNAMO_REPLICATION_WORKER_START_H

#include "postgres.h"

/* Defines the settings, in the postmaster and in sessions. */
extern void ReplicationInit(void);

/* Starts a worker once the current transaction has committed. */
extern void RegionWorkerStart(void);

/* In a transaction, now and then: starts workers of regions that have none. */
extern void RegionWorkersKeepUp(void);

/* In a worker: whether it may work, as one of so many. */
extern bool RegionWorkerPlaceTake(void);

/* Settings: the pause between two looks in milliseconds, the most that another region's clock may
 * be ahead in seconds, and how many days tombstones are kept. */
extern int region_interval;
extern int region_max_lead;
extern int tombstone_days;

#endif
