/*
 * Writing changes at the target.
 */
#ifndef DYNAMO_MIGRATION_WRITE_H
#define DYNAMO_MIGRATION_WRITE_H

#include "transfer/migrate/run.h"

/*
 * Anonymises the changes, writes them at the target, no key twice, and saves the migration: in this
 * database in one transaction. Waits where the target is short of throughput.
 */
extern void ChangesWrite(MigrationRun *run, ItemChange *changes, int count);

#endif
