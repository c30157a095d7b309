/*
 * CreateBackup, DescribeBackup, ListBackups and DeleteBackup.
 */
#include "operation/backup_operations.h"

#include "error/error.h"
#include "operation/access/resource_access.h"
#include "operation/arn.h"
#include "operation/backup/backup_description.h"
#include "operation/backup/backup_request.h"
#include "operation/missing_table.h"
#include "operation/table/table_change.h"
#include "backup/take.h"
#include "storage/catalog/catalog.h"

#include "utils/timestamp.h"

#define LIST_BACKUPS_LIMIT 100

void
RunCreateBackup(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	Bytes name = AccessRequestWholeTable(context, request);
	Table *table = TableOpenToChange(name, true);
	Backup backup;

	if (table == NULL || table->status == STATUS_CREATING || table->status == STATUS_DELETING)
		RaiseNoSourceTable(name);
	CheckWholeTableReadable(table);
	CheckTaskLimit(TASK_BACKUP);
	backup = BackupOfTable(table, StructureString(request, member_BackupName));
	BackupInsert(&backup);
	BackupTaskAdd(
	    &(BackupTask){ .kind = TASK_BACKUP, .backup = backup.id, .relation = backup.relation });
	JsonBeginObject(response);
	JsonName(response, "BackupDetails");
	BackupDetailsWrite(response, &backup);
	JsonEndObject(response);
}

static void
WriteDescription(JsonWriter *response, const Backup *backup)
{
	JsonBeginObject(response);
	JsonName(response, "BackupDescription");
	BackupDescriptionWrite(response, backup);
	JsonEndObject(response);
}

void
RunDescribeBackup(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	Backup backup = RequestBackup(context, request);

	if (backup.status == BACKUP_CREATING)
		BackupTaskResume(TASK_BACKUP, backup.id, InvalidOid);
	WriteDescription(response, &backup);
}

/* One whose making has failed may go. */
void
RunDeleteBackup(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	Backup backup = RequestBackup(context, request);
	BackupTask task;

	if ((BackupTaskFind(TASK_BACKUP, backup.id, InvalidOid, &task) && !task.failed) ||
	    BackupTaskFind(TASK_LAST_BACKUP, backup.id, InvalidOid, &task))
		RaiseBackupInUse(&backup);
	if (BackupTaskFind(TASK_RESTORE, backup.id, InvalidOid, &task))
		DynamoError(EXCEPTION_BACKUP_IN_USE, TEXT_BACKUP_BEING_RESTORED,
		            BackupArn(backup.table, backup.identifier));
	BackupSetDeleted(backup.id);
	backup.status = BACKUP_DELETED;
	WriteDescription(response, &backup);
}

static void
ReadType(Bytes type, BackupFilter *filter)
{
	if (type.data == NULL)
		filter->type = BackupTypeName(BACKUP_USER);
	else if (!BytesEqual(type, BYTES_LITERAL("ALL")))
		filter->type = BytesToCString(type);
}

static void
ReadStart(const Structure *request, BackupFilter *filter)
{
	Bytes arn = StructureString(request, member_ExclusiveStartBackupArn);

	/* The backup need not be there any more. */
	if (arn.data != NULL && !BackupArnRead(arn, &filter->after_table, &filter->after_identifier))
		ValidationError(TEXT_BACKUP_ARN_REGION);
}

void
RunListBackups(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	int limit = StructureInteger(request, member_Limit, LIST_BACKUPS_LIMIT);
	BackupFilter filter = { .limit = limit + 1 };
	const Backup *last = NULL;
	List *backups;

	AccessService(context, "*");
	if (StructureHas(request, MEMBER_TableName))
		filter.table = TableNameOf(StructureString(request, member_TableName));
	filter.lower_bound = StructureTime(request, member_TimeRangeLowerBound, DT_NOBEGIN);
	filter.upper_bound = StructureTime(request, member_TimeRangeUpperBound, DT_NOEND);
	if (filter.lower_bound > filter.upper_bound)
		ValidationError(TEXT_BACKUP_TIME_RANGE);
	ReadType(StructureString(request, member_BackupType), &filter);
	ReadStart(request, &filter);
	backups = BackupList(&filter);
	JsonBeginObject(response);
	JsonName(response, "BackupSummaries");
	JsonBeginArray(response);
	for (int i = 0; i < Min(limit, list_length(backups)); i++)
		BackupSummaryWrite(response, last = list_nth(backups, i));
	JsonEndArray(response);
	if (list_length(backups) > limit)
	{
		JsonName(response, "LastEvaluatedBackupArn");
		JsonCString(response, BackupArn(last->table, last->identifier));
	}
	JsonEndObject(response);
}
