/*
 * Backups as the API describes them.
 */
#ifndef DYNAMO_BACKUP_DESCRIPTION_H
#define DYNAMO_BACKUP_DESCRIPTION_H

#include "backup/backup_catalog.h"
#include "json/json.h"

/* The object BackupDetails; an element of BackupSummaries; the object BackupDescription. */
extern void BackupDetailsWrite(JsonWriter *response, const Backup *backup);
extern void BackupSummaryWrite(JsonWriter *response, const Backup *backup);
extern void BackupDescriptionWrite(JsonWriter *response, const Backup *backup);

#endif
