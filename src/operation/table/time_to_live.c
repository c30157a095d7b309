/*
 * UpdateTimeToLive and DescribeTimeToLive.
 *
 * While a change is under way another is a ValidationException, as it is within
 * the service's fixed interval of up to an hour (API reference,
 * UpdateTimeToLive).
 */
#include "operation/table_operations.h"

#include "error/error.h"
#include "operation/access/resource_access.h"
#include "operation/table/table_change.h"
#include "session/preload.h"
#include "storage/catalog/definition.h"

static const char *const status_names[] = {
	[STATUS_CREATING] = "ENABLING",
	[STATUS_ACTIVE] = "ENABLED",
	[STATUS_DELETING] = "DISABLING",
};

static void
CheckMayChange(const TableIndex *current, Bytes attribute, bool enable)
{
	if (current == NULL && !enable)
		ValidationError(TEXT_TTL_DISABLED);
	if (current == NULL)
		return;
	if (current->status != STATUS_ACTIVE)
		ValidationError(TEXT_TIME_TO_LIVE_CHANGED);
	if (!BytesEqual(current->key.partition[0].name, attribute))
		ValidationError(TEXT_TTL_OTHER_ATTRIBUTE, BYTES_ARGS(current->key.partition[0].name));
	if (enable)
		ValidationError(TEXT_TTL_ENABLED);
}

static void
WarnWithoutWorker(void)
{
	if (!IsPreloaded())
		ereport(WARNING, (errmsg("expired items are not deleted by themselves on this server"),
		                  errhint("Add dynamo to shared_preload_libraries, or call "
		                          "dynamo.delete_expired_items() from time to time.")));
}

static void
WriteSpecification(JsonWriter *response, Bytes attribute, bool enabled)
{
	JsonBeginObject(response);
	JsonName(response, "TimeToLiveSpecification");
	JsonBeginObject(response);
	JsonName(response, "Enabled");
	JsonBoolean(response, enabled);
	JsonName(response, "AttributeName");
	JsonString(response, attribute);
	JsonEndObject(response);
	JsonEndObject(response);
}

void
RunUpdateTimeToLive(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	const Structure *specification = StructureStructure(request, member_TimeToLiveSpecification);
	bool enable = StructureBoolean(specification, member_Enabled, false);
	Bytes attribute = StructureString(specification, member_AttributeName);
	Bytes name = AccessRequestTable(context, request);
	Table *table = TableOpenToChange(name, false);

	CheckTableActive(table);
	CheckMayChange(table->definition.time_to_live, attribute, enable);
	if (enable)
	{
		TableEnableTimeToLive(table, attribute);
		WarnWithoutWorker();
	}
	else
		TableDisableTimeToLive(table);
	WriteSpecification(response, attribute, enable);
}

static void
WriteDescription(JsonWriter *response, const TableIndex *current)
{
	JsonBeginObject(response);
	JsonName(response, "TimeToLiveDescription");
	JsonBeginObject(response);
	JsonName(response, "TimeToLiveStatus");
	JsonCString(response, current == NULL ? "DISABLED" : status_names[current->status]);
	if (current != NULL)
	{
		JsonName(response, "AttributeName");
		JsonString(response, current->key.partition[0].name);
	}
	JsonEndObject(response);
	JsonEndObject(response);
}

void
RunDescribeTimeToLive(const OperationContext *context, const Structure *request,
                      JsonWriter *response)
{
	Bytes name = AccessRequestTable(context, request);
	Table *table = TableOpen(name, 0);

	if (table == NULL || table->status == STATUS_CREATING)
		RaiseTableNotFound(name);
	if (table->status == STATUS_DELETING)
		ValidationError(TEXT_TIME_TO_LIVE_STATE, ResourceStatusName(table->status),
		                ResourceStatusName(table->status));
	TableResumeBuilds(table);
	WriteDescription(response, table->definition.time_to_live);
	TableRelease(table);
}
