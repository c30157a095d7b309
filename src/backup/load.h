/*
 * Loading the image of a backup.
 */
#ifndef DYNAMO_BACKUP_LOAD_H
#define DYNAMO_BACKUP_LOAD_H

#include "backup/backup_catalog.h"
#include "storage/relation/table.h"

/*
 * Loads the image of a backup, builds the indexes and makes the table ACTIVE, in one transaction.
 * Raises data_corrupted, and nothing is restored, where the image is not what was written.
 */
extern void BackupLoad(const Backup *backup, Table *table);

#endif
