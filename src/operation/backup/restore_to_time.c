/*
 * RestoreTableToPointInTime.
 */
#include "operation/backup_operations.h"

#include "auth/policy/resource_policy.h"
#include "backup/recovery_window.h"
#include "error/error.h"
#include "text/unix_time.h"
#include "operation/access/authorization.h"
#include "operation/access/resource_access.h"
#include "operation/arn.h"
#include "operation/backup/backup_request.h"
#include "operation/backup/restored_definition.h"
#include "operation/table/table_change.h"
#include "operation/table/table_description.h"

#include "pgtime.h"
#include "utils/timestamp.h"

/* The name of the source, of which policies are asked. */
static Bytes
RequestSource(const OperationContext *context, const Structure *request)
{
	Bytes name = StructureString(request, member_SourceTableName);
	Bytes arn = StructureString(request, member_SourceTableArn);

	if (name.data == NULL && arn.data == NULL)
		ValidationError(TEXT_RESTORE_NO_SOURCE);
	if (name.data != NULL && arn.data != NULL)
		ValidationError(TEXT_RESTORE_TWO_SOURCES);
	name = name.data != NULL ? TableNameOf(name) : RestoredTableOfArn(arn);
	AccessWholeTable(context, request, context->authorization->action, name);
	return name;
}

/* Before the source is looked at. */
static void
CheckTimeGiven(const Structure *request)
{
	bool latest = StructureBoolean(request, member_UseLatestRestorableTime, false);
	bool given = StructureHas(request, MEMBER_RestoreDateTime);

	if (latest && given)
		ValidationError(TEXT_RESTORE_TWO_TIMES);
	if (!latest && !given)
		ValidationError(TEXT_RESTORE_NO_TIME);
}

/* "2026-10-08T23:16:33Z" */
static char *
TimeText(TimestampTz time)
{
	pg_time_t seconds = timestamptz_to_time_t(time);
	const struct pg_tm *parts = TIMESTAMP_NOT_FINITE(time) ? NULL : pg_gmtime(&seconds);
	char text[64];

	if (parts == NULL)
		return pstrdup(timestamptz_to_str(time));
	pg_strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", parts);
	return pstrdup(text);
}

/* The time that the request asks for, within those that there are. */
static TimestampTz
RequestTime(const Structure *request, const RecoveryWindow *window)
{
	TimestampTz time = StructureTime(request, member_RestoreDateTime, window->latest);

	if (time < window->earliest || time > window->latest)
		DynamoError(EXCEPTION_INVALID_RESTORE_TIME, TEXT_RESTORE_TIME, TimeText(time),
		            TimeText(window->earliest), TimeText(window->latest));
	return time;
}

static Table *
OpenSource(Bytes name)
{
	Table *table = TableOpenToChange(name, true);

	if (table == NULL || table->status == STATUS_CREATING || table->status == STATUS_DELETING)
		RaiseNoSourceTable(name);
	CheckWholeTableReadable(table);
	return table;
}

void
RunRestoreTableToPointInTime(const OperationContext *context, const Structure *request,
                             JsonWriter *response)
{
	Bytes name = RequestTarget(context, request);
	BackupTask task = { .kind = TASK_RESTORE };
	RestoreSource restored = { .time = 0 };
	TableDefinition definition;
	TableSettings *settings;
	RecoveryWindow window;
	Table *source;
	Table *table;

	CheckTimeGiven(request);
	source = OpenSource(RequestSource(context, request));
	window = RequiredRecoveryWindow(source);
	task.source = source->relation;
	task.target = RequestTime(request, &window);
	restored.table = BytesFromCString(TableArn(source->definition.name));
	restored.time = UnixMilliseconds(task.target);
	definition = source->definition;
	LockTarget(name);
	CheckTaskLimit(TASK_RESTORE);
	settings =
	    RestoredDefinition(request, name, source->definition.settings, &restored, &definition);
	table = TableCreateToLoad(&definition);
	ResourcePolicyForget(table->relation);
	task.relation = table->relation;
	BackupTaskAdd(&task);
	JsonBeginObject(response);
	JsonName(response, "TableDescription");
	TableDescriptionWrite(response, table, settings, STATUS_CREATING);
	JsonEndObject(response);
}
