/*
 * The workers of migrations: starting them, and how many work at once.
 */
#ifndef DYNAMO_MIGRATION_START_H
#define DYNAMO_MIGRATION_START_H

#include "postgres.h"

/* Defines dynamo.max_migrations; asks for shared memory while the server starts. */
extern void MigrationsInit(void);

/* Starts a worker of this database once the current transaction has committed. */
extern void MigrationWorkerStart(void);

/*
 * In a round of maintenance: forgets old migrations, and starts a worker for those that a crash, or
 * a fault that may pass, has left without one.
 */
extern void MigrationsKeepUp(void);

/* In a worker: whether it may work, beside others. It may until it gives its place up, or ends. */
extern bool MigrationPlaceTake(void);
extern void MigrationPlaceGiveUp(void);

/* Raises object_not_in_prerequisite_state where the library is not preloaded: no worker starts. */
extern void CheckMigrationsCanRun(void);

#endif
