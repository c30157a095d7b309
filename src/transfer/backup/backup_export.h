/*
 * A backup with a location as the export that its files have the form of.
 */
#ifndef DYNAMO_BACKUP_EXPORT_H
#define DYNAMO_BACKUP_EXPORT_H

#include "backup/backup_catalog.h"
#include "transfer/export/export_catalog.h"
#include "transfer/store/store.h"

/* Opens the store; the members of the export that name its files and its table are set. */
extern Store *BackupStoreOpen(const Backup *backup, Export *export);

/* The text of definition.json, palloc'd. */
extern Bytes BackupDefinitionText(const Backup *backup);

/*
 * The checksum of a backup whose manifest-files.json is this: of its SHA-256, since others may be
 * able to change files of the store.
 */
extern int64 BackupManifestChecksum(Bytes manifest);

#endif
