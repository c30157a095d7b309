/*
 * What the operations on backups have in common.
 */
#ifndef DYNAMO_BACKUP_REQUEST_H
#define DYNAMO_BACKUP_REQUEST_H

#include "backup/backup_catalog.h"
#include "backup/recovery_window.h"
#include "backup/task.h"
#include "model/structure.h"
#include "operation/context.h"
#include "storage/relation/table.h"

/*
 * The backup of the request's BackupArn, of which policies are asked first. One that the caller has
 * no part in is as none: BackupNotFoundException.
 */
extern Backup RequestBackup(const OperationContext *context, const Structure *request);

/* TableNotFoundException. */
extern void RaiseNoSourceTable(Bytes name);

/* BackupInUseException. */
extern void RaiseBackupInUse(const Backup *backup);

/* Of a task of the kind, as of a new one: LimitExceededException where there are too many. */
extern void CheckTaskLimit(BackupTaskKind kind);

/*
 * The request's TargetTableName, of which policies are asked. Raises ValidationException for one of
 * a wrong length.
 */
extern Bytes RequestTarget(const OperationContext *context, const Structure *request);

/*
 * Locks the name until the transaction ends. Raises TableAlreadyExistsException or
 * TableInUseException where a table has it.
 */
extern void LockTarget(Bytes name);

/* The times that a table can be restored to. Raises PointInTimeRecoveryUnavailableException where
 * there are none. */
extern RecoveryWindow RequiredRecoveryWindow(const Table *table);

/* Raises insufficient_privilege where row-level security applies to the table's own owner. */
extern void CheckWholeTableReadable(const Table *table);

#endif
