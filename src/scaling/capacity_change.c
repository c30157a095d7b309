/*
 * Provisioned throughput by UpdateTable, whose rules and limits hold here too.
 */
#include "scaling/capacity_change.h"

#include "model/read.h"
#include "operation/operation.h"

/* The resource's own capacity, or NULL where the index has none. */
static const Capacity *
CapacityOfResource(const TableSettings *settings, const ScalableResource *resource)
{
	if (resource->index.data == NULL)
		return &settings->capacity;
	return IndexCapacity(settings, resource->index);
}

int64
CapacityProvisioned(const TableSettings *settings, const ScalableResource *resource)
{
	const Capacity *capacity = CapacityOfResource(settings, resource);

	if (capacity == NULL)
		return 0;
	return resource->kind == CONSUMPTION_READ ? capacity->read : capacity->write;
}

static void
WriteThroughput(JsonWriter *request, const Capacity *capacity, ConsumptionKind kind, int64 units)
{
	JsonName(request, "ProvisionedThroughput");
	JsonBeginObject(request);
	JsonName(request, "ReadCapacityUnits");
	JsonInteger(request, kind == CONSUMPTION_READ ? units : capacity->read);
	JsonName(request, "WriteCapacityUnits");
	JsonInteger(request, kind == CONSUMPTION_WRITE ? units : capacity->write);
	JsonEndObject(request);
}

static void
BeginIndexUpdate(JsonWriter *request, Bytes index)
{
	JsonName(request, "GlobalSecondaryIndexUpdates");
	JsonBeginArray(request);
	JsonBeginObject(request);
	JsonName(request, "Update");
	JsonBeginObject(request);
	JsonName(request, "IndexName");
	JsonString(request, index);
}

static void
EndIndexUpdate(JsonWriter *request)
{
	JsonEndObject(request);
	JsonEndObject(request);
	JsonEndArray(request);
}

void
CapacityChange(const TableSettings *settings, const ScalableResource *resource, int64 units)
{
	const Capacity *capacity = CapacityOfResource(settings, resource);
	const Operation *update = OperationFind(BYTES_LITERAL("UpdateTable"));
	OperationContext context = OperationContextOfJob();
	bool of_index = resource->index.data != NULL;
	StringInfoData request;
	StringInfoData response;
	JsonWriter writer;

	if (capacity == NULL)
		elog(ERROR, "%s has no throughput", ResourceId(resource));
	initStringInfo(&request);
	JsonWriterInit(&writer, &request, false);
	JsonBeginObject(&writer);
	JsonName(&writer, "TableName");
	JsonString(&writer, resource->table);
	if (of_index)
		BeginIndexUpdate(&writer, resource->index);
	WriteThroughput(&writer, capacity, resource->kind, units);
	if (of_index)
		EndIndexUpdate(&writer);
	JsonEndObject(&writer);

	initStringInfo(&response);
	OperationRun(&context, update,
	             RequestReadText(update->input, (Bytes){ request.data, request.len }), &response);
}
