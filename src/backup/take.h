/*
 * Making a backup: the image of a table at one instant, while others write.
 */
#ifndef DYNAMO_BACKUP_TAKE_H
#define DYNAMO_BACKUP_TAKE_H

#include "backup/backup_place.h"

#include "storage/lockdefs.h"
#include "storage/relation/table.h"

/*
 * Writes the backup's items to the place, reads them back to verify them, and sets the backup
 * AVAILABLE, with its definition; or DELETED, and false, where there is no such table any more. The
 * partitions are locked by `lock`, which conflicts with writers where the table is to be dropped
 * then. In a transaction that has no snapshot yet, whose commit makes it so; locks of the table
 * last as long as that.
 */
extern bool BackupTake(Backup *backup, const BackupPlace *place, LOCKMODE lock);

/*
 * A backup of the table, without an id; its description is that of now until a worker has read it
 * with the items. Type USER; expires never.
 */
extern Backup BackupOfTable(const Table *table, Bytes name);

#endif
