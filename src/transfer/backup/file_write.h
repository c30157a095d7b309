/*
 * Writing the files of a backup: what file_place does of BackupPlace.
 */
#ifndef DYNAMO_FILE_WRITE_H
#define DYNAMO_FILE_WRITE_H

#include "backup/backup_place.h"

extern void *BackupFilesBegin(const Backup *backup);
extern void BackupFilesAdd(void *writer, int leaf, const Jsonb *item);
extern void BackupFilesEnd(void *writer, Backup *backup);

#endif
