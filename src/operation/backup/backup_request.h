/*
 * What the operations on backups have in common.
 */
#ifndef DYNAMO_BACKUP_REQUEST_H
#define DYNAMO_BACKUP_REQUEST_H

#include "backup/backup_catalog.h"
#include "backup/task.h"
#include "model/structure.h"
#include "storage/relation/table.h"

/*
 * The backup of the request's BackupArn. One that the caller has no part in is as none:
 * BackupNotFoundException.
 */
extern Backup RequestBackup(const Structure *request);

/* TableNotFoundException. */
extern void RaiseNoSourceTable(Bytes name);

/* BackupInUseException. */
extern void RaiseBackupInUse(const Backup *backup);

/* Of a task of the kind, as of a new one: LimitExceededException where there are too many. */
extern void CheckTaskLimit(BackupTaskKind kind);

/*
 * The request's TargetTableName, locked until the transaction ends. Raises ValidationException for
 * what is no name, TableAlreadyExistsException or TableInUseException where a table has it.
 */
extern Bytes RequestTarget(const Structure *request);

/* Raises insufficient_privilege where row-level security applies to the table's own owner. */
extern void CheckWholeTableReadable(const Table *table);

#endif
