/*
 * RestoreTableToPointInTime.
 */
#include "operation/backup_operations.h"

#include "auth/policy/resource_policy.h"
#include "backup/recovery_window.h"
#include "error/error.h"
#include "item/unix_time.h"
#include "operation/access/authorization.h"
#include "operation/access/resource_access.h"
#include "operation/arn.h"
#include "operation/backup/backup_request.h"
#include "operation/backup/restored_definition.h"
#include "operation/table/table_change.h"
#include "operation/table/table_description.h"

#include "utils/timestamp.h"

/* The name of the source, of which policies are asked. */
static Bytes
RequestSource(const OperationContext *context, const Structure *request)
{
	Bytes name = StructureString(request, member_SourceTableName);
	Bytes arn = StructureString(request, member_SourceTableArn);

	if ((name.data == NULL) == (arn.data == NULL))
		ValidationError("Exactly one of SourceTableName and SourceTableArn must be specified");
	name = name.data != NULL ? TableNameOf(name) : TableNameOfArn(arn);
	AccessWholeTable(context, request, context->authorization->action, name);
	return name;
}

/* The time that the request asks for, within those that there are. */
static TimestampTz
RequestTime(const Structure *request, const RecoveryWindow *window)
{
	bool latest = StructureBoolean(request, member_UseLatestRestorableTime, false);
	TimestampTz time = StructureTime(request, member_RestoreDateTime, window->latest);

	if (latest == StructureHas(request, MEMBER_RestoreDateTime))
		ValidationError("Exactly one of RestoreDateTime and UseLatestRestorableTime must be"
		                " specified");
	if (time < window->earliest || time > window->latest)
		DynamoError(EXCEPTION_INVALID_RESTORE_TIME,
		            "An invalid restore time was specified. RestoreDateTime must be between"
		            " EarliestRestorableDateTime and LatestRestorableDateTime.");
	return time;
}

static Table *
OpenSource(Bytes name)
{
	Table *table = TableOpenToChange(name, true);

	if (table == NULL)
		RaiseNoSourceTable(name);
	CheckTableLoaded(table);
	CheckWholeTableReadable(table);
	return table;
}

void
RunRestoreTableToPointInTime(const OperationContext *context, const Structure *request,
                             JsonWriter *response)
{
	Bytes name = RequestTarget(context, request);
	Table *source = OpenSource(RequestSource(context, request));
	RecoveryWindow window = RequiredRecoveryWindow(source);
	BackupTask task = { .kind = TASK_RESTORE,
		                .source = source->relation,
		                .target = RequestTime(request, &window) };
	TableDefinition definition = source->definition;
	RestoreSource restored = { .table = BytesFromCString(TableArn(source->definition.name)),
		                       .time = UnixMilliseconds(task.target) };
	TableSettings *settings;
	Table *table;

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
