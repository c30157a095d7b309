/*
 * DescribeTable, ListTables and DeleteTable.
 */
#include "operation/table_operations.h"

#include "auth/policy/resource_policy.h"
#include "error/error.h"
#include "operation/access/resource_access.h"
#include "operation/table/table_change.h"
#include "operation/table/table_description.h"
#include "storage/stream/stream_status.h"

#define LIST_TABLES_LIMIT 100

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

void
RunDeleteTable(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	Bytes name = AccessRequestTable(context, request);
	Table *table = TableOpenToChange(name, false);
	TableSettings *settings;

	CheckTableActive(table);
	if (IndexBeingBuilt(table) != NULL)
		RaiseTableBeingUpdated(table);
	settings = TableSettingsRead(&table->definition);
	if (settings->deletion_protection)
		ValidationError("Resource cannot be deleted as it is currently protected against deletion. "
		                "Disable deletion protection first.");
	JsonBeginObject(response);
	JsonName(response, "TableDescription");
	DeletedTableDescriptionWrite(response, table, settings);
	JsonEndObject(response);
	ResourcePolicyForget(table->relation);
	TableDrop(table);
}
