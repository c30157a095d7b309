/*
 * DescribeTable, ListTables and DeleteTable.
 */
#include "operation/table_operations.h"

#include "auth/policy/resource_policy.h"
#include "backup/take.h"
#include "backup/task.h"
#include "error/error.h"
#include "operation/access/resource_access.h"
#include "operation/table/replica_updates.h"
#include "storage/region/replica_catalog.h"
#include "operation/table/table_change.h"
#include "operation/table/table_description.h"
#include "storage/stream/recovery_catalog.h"
#include "storage/stream/stream_status.h"

#include "utils/timestamp.h"

#define LIST_TABLES_LIMIT 100
#define LAST_BACKUP_DAYS 35 /* that the backup of a deleted table is kept */

/* A client waits for a table to be ACTIVE before it relies on what it has asked for. */
static ResourceStatus
StatusShown(const Table *table)
{
	if (table->status == STATUS_ACTIVE && StreamIsEnabled(table->definition.stream) &&
	    StreamIsComing())
		return STATUS_UPDATING;
	return table->status;
}

void
RunDescribeTable(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	Bytes name = AccessRequestTable(context, request);
	Table *table = TableOpen(name, 0);

	if (table == NULL)
		RaiseTableNotFound(name);
	TableResumeBuilds(table);
	if (table->status == STATUS_CREATING)
	{
		BackupTaskResume(TASK_RESTORE, 0, table->relation);
		BackupTaskResume(TASK_IMPORT, 0, table->relation);
	}
	if (table->status == STATUS_DELETING)
		BackupTaskResume(TASK_LAST_BACKUP, 0, table->relation);
	JsonBeginObject(response);
	JsonName(response, "Table");
	TableDescriptionWrite(response, table, TableSettingsRead(&table->definition),
	                      StatusShown(table));
	JsonEndObject(response);
	TableRelease(table);
}

void
RunListTables(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	int limit = StructureInteger(request, member_Limit, LIST_TABLES_LIMIT);
	int count;
	Bytes *names;
	int shown;

	AccessService(context, "table/*");
	names = TableList(StructureString(request, member_ExclusiveStartTableName), limit + 1, &count);
	shown = Min(count, limit);
	JsonBeginObject(response);
	JsonName(response, "TableNames");
	JsonBeginArray(response);
	for (int i = 0; i < shown; i++)
		JsonString(response, names[i]);
	JsonEndArray(response);
	if (count > limit)
	{
		JsonName(response, "LastEvaluatedTableName");
		JsonString(response, names[limit - 1]);
	}
	JsonEndObject(response);
}

/* A table whose restore has failed may go; one that is backed up may not, as in the service. */
static void
CheckMayDelete(const Table *table)
{
	bool restores = table->status == STATUS_CREATING;
	BackupTask task;

	if (restores && ((BackupTaskFind(TASK_RESTORE, 0, table->relation, &task) && !task.failed) ||
	                 BackupTaskFind(TASK_IMPORT, 0, table->relation, &task)))
		DynamoError(EXCEPTION_RESOURCE_IN_USE, TEXT_BEING_CREATED,
		            BYTES_ARGS(table->definition.name));
	if (!restores)
		CheckTableLoaded(table);
	if (IndexBeingBuilt(table) != NULL)
		DynamoError(EXCEPTION_RESOURCE_IN_USE, TEXT_DELETE_WHILE_INDEXING);
	if (!restores && (table->status != STATUS_ACTIVE ||
	                  (BackupTaskFind(TASK_BACKUP, 0, table->relation, &task) && !task.failed)))
		RaiseTableBeingUpdated(table);
	if (BackupTaskReads(table->relation))
		RaiseTableBeingUpdated(table);
}

/* A worker makes the backup, and drops the table then (developer guide, "Point-in-time recovery").
 */
static void
DeleteWithBackup(Table *table)
{
	char *name = psprintf("%.*s$DeletedTableBackup", BYTES_ARGS(table->definition.name));
	Backup backup = BackupOfTable(table, BytesFromCString(name));

	backup.type = BACKUP_SYSTEM;
	backup.expires = GetCurrentTimestamp() + LAST_BACKUP_DAYS * USECS_PER_DAY;
	BackupInsert(&backup);
	BackupTaskAdd(&(BackupTask){
	    .kind = TASK_LAST_BACKUP, .backup = backup.id, .relation = table->relation });
	TableSetDeleting(table);
}

void
RunDeleteTable(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	Bytes name = AccessRequestTable(context, request);
	Table *table = TableOpenToChange(name, false);
	TableSettings *settings;

	CheckMayDelete(table);
	settings = TableSettingsRead(&table->definition);
	if (settings->deletion_protection)
		ValidationError(TEXT_DELETION_PROTECTED);
	JsonBeginObject(response);
	JsonName(response, "TableDescription");
	DeletedTableDescriptionWrite(response, table, settings);
	JsonEndObject(response);
	CheckHasNoReplicas(table);
	if (TableHasReplicas(table->relation))
		TableEndReplication(table);
	table = TableOpen(name, 0);
	if (RecoveryIsOn(table->relation))
	{
		DeleteWithBackup(table);
		return;
	}
	ResourcePolicyForget(table->relation);
	TableDrop(table);
}
