/*
 * RestoreTableFromBackup.
 */
#include "operation/backup_operations.h"

#include "auth/policy/resource_policy.h"
#include "error/error.h"
#include "text/unix_time.h"
#include "model/resource_name.h"
#include "operation/arn.h"
#include "operation/backup/backup_request.h"
#include "operation/backup/restored_definition.h"
#include "operation/table/table_description.h"
#include "storage/catalog/definition.h"

#include "utils/timestamp.h"

/* A backup of another region could only be had with an encryption of its own. */
static void
CheckRegion(const Structure *request)
{
	Bytes table;
	Bytes identifier;

	if (!BackupArnRead(StructureString(request, member_BackupArn), &table, &identifier) &&
	    !StructureHas(request, MEMBER_SSESpecificationOverride))
		ValidationError(TEXT_OTHER_REGION_RESTORE);
}

void
RunRestoreTableFromBackup(const OperationContext *context, const Structure *request,
                          JsonWriter *response)
{
	Bytes name = RequestTarget(context, request);
	RestoreSource source = { .backup = StructureString(request, member_BackupArn) };
	TableDefinition definition = { 0 };
	TableSettings *settings;
	Backup backup;
	Table *table;
	int next_index;

	CheckRegion(request);
	backup = RequestBackup(context, request);
	source.table = BytesFromCString(TableArn(backup.table));
	source.time = UnixMilliseconds(backup.created);
	definition.partitions = backup.partitions;
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
