/*
 * Making a backup: the image of a table at one instant, while others write.
 */
#ifndef DYNAMO_BACKUP_TAKE_H
#define DYNAMO_BACKUP_TAKE_H

#include "backup/backup_catalog.h"

#include "storage/lockdefs.h"
#include "storage/relation/table.h"

/*
 * Writes the backup's image and definition, reads the image back to verify it, and sets the backup
 * AVAILABLE; or DELETED, and false, where there is no such table any more. The partitions are
 * locked by `lock`, which conflicts with writers where the table is to be dropped then. In a
 * transaction that has no snapshot yet, whose commit makes it so; locks of the table last as long
 * as that.
 */
extern bool BackupTake(Backup *backup, LOCKMODE lock);

/*
 * A backup of the table, without an id; its description is that of now until a worker has read it
 * with the items. Type USER; expires never.
 */
extern Backup BackupOfTable(const Table *table, Bytes name);

/* Whether the image of a backup is what was written: its count and its checksum. */
extern bool BackupVerify(const Backup *backup);

#endif
