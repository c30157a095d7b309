/*
 * The workers of migrations: starting them, and how many work at once.
 */
#ifndef DYNAMO_MIGRATION_START_H
#define DYNAMO_MIGRATION_START_H

#include "postgres.h"

/* Defines dynamo.max_migrations, and adds a job of maintenance. */
extern void MigrationsInit(void);

/* Starts a worker of this database once the current transaction has committed. */
extern void MigrationWorkerStart(void);

/* In a worker: whether it may work, beside others. It may until it gives its place up, or ends. */
extern bool MigrationPlaceTake(void);
extern void MigrationPlaceGiveUp(void);

/* Raises object_not_in_prerequisite_state where the library is not preloaded: no worker starts. */
extern void CheckMigrationsCanRun(void);

#endif
