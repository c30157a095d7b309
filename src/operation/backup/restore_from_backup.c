/*
 * RestoreTableFromBackup.
 */
#include "operation/backup_operations.h"

#include "auth/policy/resource_policy.h"
#include "error/error.h"
#include "item/unix_time.h"
#include "model/resource_name.h"
#include "operation/backup/backup_request.h"
#include "operation/backup/restored_definition.h"
#include "operation/table/table_description.h"
#include "storage/catalog/definition.h"

#include "utils/timestamp.h"

void
RunRestoreTableFromBackup(const OperationContext *context, const Structure *request,
                          JsonWriter *response)
{
	Bytes name = RequestTarget(context, request);
	Backup backup = RequestBackup(context, request);
	RestoreSource source = { BytesFromCString(TableArn(backup.table)),
		                     StructureString(request, member_BackupArn),
		                     UnixMilliseconds(backup.created) };
	TableDefinition definition = { .partitions = backup.partitions };
	TableSettings *settings;
	Table *table;
	int next_index;

	if (backup.status != BACKUP_AVAILABLE)
		RaiseBackupInUse(&backup);
	LockTarget(name);
	CheckTaskLimit(TASK_RESTORE);
	DefinitionFromJsonb(backup.definition, &definition, &next_index);
	settings = RestoredDefinition(request, name, backup.settings, &source, &definition);
	table = TableCreateToLoad(&definition);
	ResourcePolicyForget(table->relation);
	BackupTaskAdd(
	    &(BackupTask){ .kind = TASK_RESTORE, .backup = backup.id, .relation = table->relation });
	JsonBeginObject(response);
	JsonName(response, "TableDescription");
	TableDescriptionWrite(response, table, settings, STATUS_CREATING);
	JsonEndObject(response);
}
