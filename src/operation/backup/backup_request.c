/*
 * See backup_request.h.
 */
#include "operation/backup/backup_request.h"

#include "error/error.h"
#include "miscadmin.h"
#include "operation/access/resource_access.h"
#include "operation/arn.h"
#include "operation/throughput/table_settings.h"
#include "storage/relation/lock.h"

#include "utils/rls.h"

/* As the service's (developer guide, "Quotas"): restores at once. */
#define MOST_TASKS 50

#define MIN_NAME_LENGTH 3
#define MAX_NAME_LENGTH 255

Backup
RequestBackup(const OperationContext *context, const Structure *request)
{
	Bytes arn = StructureString(request, member_BackupArn);
	Bytes table;
	Bytes identifier;
	bool here = BackupArnRead(arn, &table, &identifier);
	Backup backup;

	AccessBackup(context, table, identifier);
	if (!here || !BackupFind(table, identifier, &backup) || !BackupIsOwn(&backup))
		DynamoError(EXCEPTION_BACKUP_NOT_FOUND, TEXT_BACKUP_NOT_FOUND, BYTES_ARGS(arn));
	return backup;
}

void
RaiseNoSourceTable(Bytes name)
{
	DynamoError(EXCEPTION_TABLE_NOT_FOUND, TEXT_TABLE_NOT_FOUND, BYTES_ARGS(name));
}

void
RaiseBackupInUse(const Backup *backup)
{
	DynamoError(EXCEPTION_BACKUP_IN_USE, TEXT_BACKUP_IN_USE,
	            BackupArn(backup->table, backup->identifier));
}

void
CheckTaskLimit(BackupTaskKind kind)
{
	if (BackupTaskCount(kind) >= MOST_TASKS)
		DynamoError(
		    EXCEPTION_LIMIT_EXCEEDED, "%s",
		    psprintf(kind == TASK_BACKUP ? TEXT_BACKUP_LIMIT : TEXT_RESTORE_LIMIT, MOST_TASKS));
}

Bytes
RequestTarget(const OperationContext *context, const Structure *request)
{
	Bytes name = StructureString(request, member_TargetTableName);

	/* The shape of a restore to a point in time has the lengths itself. */
	if (name.length < MIN_NAME_LENGTH || name.length > MAX_NAME_LENGTH)
		ValidationError(TEXT_TABLE_NAME_LENGTH);
	AccessRestoredTable(context, request, name);
	return name;
}

pg_noreturn static void
RaiseIsBeingMade(const Table *table)
{
	const RestoreSource *source = &TableSettingsRead(&table->definition)->restored;
	Bytes backup = source->backup.data != NULL ? source->backup : source->table;

	if (backup.data == NULL)
		DynamoError(EXCEPTION_TABLE_IN_USE, TEXT_BEING_CREATED, BYTES_ARGS(table->definition.name));
	DynamoError(EXCEPTION_TABLE_IN_USE, TEXT_RESTORED_ALREADY, BYTES_ARGS(table->definition.name),
	            BYTES_ARGS(backup));
}

void
LockTarget(Bytes name)
{
	Table *table;

	PreventCommandIfReadOnly("the creation of a DynamoDB table");
	PreventCommandIfParallelMode("the creation of a DynamoDB table");
	LockTableName(name);
	table = TableOpen(name, 0);
	if (table == NULL)
		return;
	if (table->status == STATUS_CREATING)
		RaiseIsBeingMade(table);
	if (table->status == STATUS_DELETING)
		DynamoError(EXCEPTION_TABLE_IN_USE, TEXT_BEING_DELETED, BYTES_ARGS(name));
	DynamoError(EXCEPTION_TABLE_ALREADY_EXISTS, TEXT_TABLE_EXISTS, BYTES_ARGS(name));
}

RecoveryWindow
RequiredRecoveryWindow(const Table *table)
{
	RecoveryWindow window;

	if (!RecoveryWindowOf(table->relation, &window))
		DynamoError(EXCEPTION_RECOVERY_UNAVAILABLE, TEXT_RECOVERY_OFF,
		            BYTES_ARGS(table->definition.name));
	if (window.earliest > window.latest)
		DynamoError(EXCEPTION_RECOVERY_UNAVAILABLE, TEXT_RECOVERY_SOON,
		            BYTES_ARGS(table->definition.name));
	return window;
}

void
CheckWholeTableReadable(const Table *table)
{
	if (check_enable_rls(table->relation, InvalidOid, true) == RLS_ENABLED)
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		                errmsg("row-level security applies to the role in table \"%.*s\"",
		                       BYTES_ARGS(table->definition.name)),
		                errdetail("A backup has all items of a table.")));
}
