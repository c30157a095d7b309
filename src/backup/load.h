/*
 * Loading the items of a table that is CREATING.
 */
#ifndef DYNAMO_BACKUP_LOAD_H
#define DYNAMO_BACKUP_LOAD_H

#include "backup/backup_catalog.h"
#include "storage/relation/table.h"

/* Items that are written to the leaves of a table in runs. */
typedef struct TableLoad TableLoad;

/*
 * Begins to load a table that the current role owns (table_owner.h), whose leaves are locked
 * against other writers until the transaction ends.
 */
extern TableLoad *TableLoadBegin(Table *table);
extern void TableLoadItem(TableLoad *load, int leaf, const Jsonb *item);
extern void TableLoadEnd(TableLoad *load);

/* Takes away what an owner has written to the table, or an earlier attempt, in a transaction of
 * its own: readers of the table wait for it. */
extern void TableEmpty(Table *table);

/*
 * Loads the image of a backup, builds the indexes and makes the table ACTIVE, in one transaction.
 * Raises data_corrupted, and nothing is restored, where the image is not what was written.
 */
extern void BackupLoad(const Backup *backup, Table *table);

#endif
