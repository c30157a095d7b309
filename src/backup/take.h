/*
 * Making a backup: the image of a table at one instant, while others write.
 */
#ifndef DYNAMO_BACKUP_TAKE_H
#define DYNAMO_BACKUP_TAKE_H

#include "backup/backup_catalog.h"

/*
 * Writes the backup's image and definition, reads the image back to verify it, and sets the backup
 * AVAILABLE; or DELETED where there is no such table any more. In a transaction that has no
 * snapshot yet, whose commit makes it so; locks of the table last as long as that.
 */
extern void BackupTake(Backup *backup);

/* Whether the image of a backup is what was written: its count and its checksum. */
extern bool BackupVerify(const Backup *backup);

#endif
