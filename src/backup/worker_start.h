/*
 * The workers of backups: starting them, and how many work at once.
 */
#ifndef DYNAMO_BACKUP_WORKER_START_H
#define DYNAMO_BACKUP_WORKER_START_H

#include "postgres.h"

/* Defines dynamo.max_backups; asks for shared memory while the server starts. */
extern void BackupWorkerInit(void);

/*
 * Starts a worker of this database once the current transaction has committed. Where none is free
 * then, that is a notice, and a round of maintenance starts one later; without the library
 * preloaded there are no rounds, but DescribeBackup and DescribeTable start one as well.
 */
extern void BackupWorkerStart(void);

/* Starts one at once, unless none is free or as many work as may. Raises no error. */
extern void BackupWorkerStartNow(void);

/* In a worker: whether it may work, beside others. It may until it gives its place up, or ends. */
extern bool BackupPlaceTake(void);
extern void BackupPlaceGiveUp(void);

#endif
