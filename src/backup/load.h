/*
 * Loading a table from a backup.
 */
#ifndef DYNAMO_BACKUP_LOAD_H
#define DYNAMO_BACKUP_LOAD_H

#include "backup/backup_place.h"
#include "storage/relation/table.h"

/*
 * Loads the items of a backup from its place, builds the indexes and makes the table ACTIVE, in one
 * transaction. Raises an error, and nothing is restored, where they are not what was written.
 */
extern void BackupLoad(const Backup *backup, const BackupPlace *place, Table *table);

#endif
