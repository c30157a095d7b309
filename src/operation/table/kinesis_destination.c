/*
 * EnableKinesisStreamingDestination, DisableKinesisStreamingDestination,
 * UpdateKinesisStreamingDestination and DescribeKinesisStreamingDestination.
 *
 * As in the service, a request is checked against the table's destinations alone. Whether there is
 * such a Kinesis stream the worker finds out (trigger/kinesis/), and says so in the status.
 */
#include "operation/stream_operations.h"

#include "error/error.h"
#include "json/json_member.h"
#include "operation/access/resource_access.h"
#include "operation/table/table_change.h"
#include "session/preload.h"
#include "storage/stream/destination_catalog.h"
#include "storage/stream/destination_start.h"

#include "utils/fmgrprotos.h"
#include "utils/uuid.h"

/* How the texts of all states that do not fit begin, in the service too. */
#define StateError(...) ValidationError(TEXT_DESTINATION_STATE __VA_ARGS__)

static const Destination *
FindLive(const List *destinations)
{
	ListCell *cell;

	foreach (cell, destinations)
	{
		const Destination *destination = lfirst(cell);

		if (destination->status < DESTINATION_DISABLED)
			return destination;
	}
	return NULL;
}

static const Destination *
FindStream(const List *destinations, Bytes stream_arn)
{
	ListCell *cell;

	foreach (cell, destinations)
	{
		const Destination *destination = lfirst(cell);

		if (BytesEqual(BytesFromCString(destination->stream_arn), stream_arn))
			return destination;
	}
	return NULL;
}

/* `configuration` NULL: none. */
static void
WriteAnswer(JsonWriter *response, Bytes table, Bytes stream_arn, DestinationStatus status,
            const char *configuration, TimePrecision precision)
{
	JsonBeginObject(response);
	JsonStringMember(response, "TableName", table);
	JsonStringMember(response, "StreamArn", stream_arn);
	JsonStringMember(response, "DestinationStatus",
	                 BytesFromCString(DestinationStatusName(status)));
	if (configuration != NULL)
	{
		JsonName(response, configuration);
		JsonBeginObject(response);
		if (precision != PRECISION_UNSET)
			JsonStringMember(response, "ApproximateCreationDateTimePrecision",
			                 BytesFromCString(TimePrecisionName(precision)));
		JsonEndObject(response);
	}
	JsonEndObject(response);
}

static void
WarnWithoutWorker(void)
{
	if (!IsPreloaded())
		ereport(WARNING,
		        (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		         errmsg("changes are not sent to destinations on this server"),
		         errhint("Add dynamo to shared_preload_libraries and restart the server.")));
}

static TimePrecision
PrecisionOf(const Structure *configuration)
{
	return TimePrecisionNamed(
	    StructureString(configuration, member_ApproximateCreationDateTimePrecision));
}

void
RunEnableKinesisStreamingDestination(const OperationContext *context, const Structure *request,
                                     JsonWriter *response)
{
	Bytes stream_arn = StructureString(request, member_StreamArn);
	Table *table = TableOpenToChange(AccessRequestTable(context, request), false);
	Destination destination = { .relation = table->relation,
		                        .table = table->definition.name,
		                        .stream_arn = BytesToCString(stream_arn),
		                        .precision = PrecisionOf(StructureStructure(
		                            request, member_EnableKinesisStreamingConfiguration)) };

	CheckTableLoaded(table);
	if (FindLive(DestinationsOf(table->relation)) != NULL)
		StateError(TEXT_DESTINATION_NOT_DISABLED);
	DestinationInsert(&destination);
	TableCaptureChanges(table);
	DestinationWorkerStart();
	WarnWithoutWorker();
	WriteAnswer(response, destination.table, stream_arn, DESTINATION_ENABLING,
	            "EnableKinesisStreamingConfiguration", destination.precision);
}

/* A second request is as good as the first. */
void
RunDisableKinesisStreamingDestination(const OperationContext *context, const Structure *request,
                                      JsonWriter *response)
{
	Bytes stream_arn = StructureString(request, member_StreamArn);
	Table *table;
	const Destination *destination;

	if (StructureHas(request, MEMBER_EnableKinesisStreamingConfiguration))
		ValidationError(TEXT_DESTINATION_DISABLE);
	table = TableOpenToChange(AccessRequestTable(context, request), false);
	destination = FindStream(DestinationsOf(table->relation), stream_arn);
	if (destination == NULL ||
	    (destination->status != DESTINATION_ACTIVE && destination->status != DESTINATION_DISABLING))
		StateError(TEXT_DESTINATION_NOT_ACTIVE);
	if (destination->status == DESTINATION_ACTIVE &&
	    DestinationChange(destination, DESTINATION_DISABLING, NULL))
		DestinationWorkerStart();
	WriteAnswer(response, table->definition.name, stream_arn, DESTINATION_DISABLING, NULL,
	            PRECISION_UNSET);
}

static void
CheckMayUpdate(const Table *table, const Destination *destination, Bytes stream_arn)
{
	if (destination == NULL)
		StateError(TEXT_NO_DESTINATION, BYTES_ARGS(stream_arn), BYTES_ARGS(table->definition.name));
	if (destination->status != DESTINATION_ACTIVE)
		StateError(TEXT_DESTINATION_UPDATE, BYTES_ARGS(table->definition.name),
		           BYTES_ARGS(stream_arn));
}

static void
CheckPrecisionIsNew(const Table *table, const Destination *destination, TimePrecision precision)
{
	TimePrecision current = Max(destination->precision, PRECISION_MILLISECOND);

	if (precision == current)
		ValidationError(TEXT_DESTINATION_PRECISION_SAME, TimePrecisionName(current),
		                DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(&table->id))),
		                destination->stream_arn);
}

void
RunUpdateKinesisStreamingDestination(const OperationContext *context, const Structure *request,
                                     JsonWriter *response)
{
	Bytes stream_arn = StructureString(request, member_StreamArn);
	TimePrecision precision =
	    PrecisionOf(StructureStructure(request, member_UpdateKinesisStreamingConfiguration));
	Table *table = TableOpenToChange(AccessRequestTable(context, request), false);
	const Destination *found = FindStream(DestinationsOf(table->relation), stream_arn);
	Destination destination;

	CheckMayUpdate(table, found, stream_arn);
	if (precision == PRECISION_UNSET)
		ValidationError(TEXT_DESTINATION_UPDATE_NONE);
	CheckPrecisionIsNew(table, found, precision);
	destination = *found;
	destination.precision = precision;
	(void) DestinationChange(&destination, DESTINATION_UPDATING, NULL);
	DestinationWorkerStart();
	WriteAnswer(response, table->definition.name, stream_arn, DESTINATION_UPDATING,
	            "UpdateKinesisStreamingConfiguration", precision);
}

static void
WriteDestination(JsonWriter *response, const Destination *destination)
{
	JsonBeginObject(response);
	JsonStringMember(response, "StreamArn", BytesFromCString(destination->stream_arn));
	JsonStringMember(response, "DestinationStatus",
	                 BytesFromCString(DestinationStatusName(destination->status)));
	if (destination->description != NULL)
		JsonStringMember(response, "DestinationStatusDescription",
		                 BytesFromCString(destination->description));
	if (destination->precision != PRECISION_UNSET && destination->status < DESTINATION_DISABLED)
		JsonStringMember(response, "ApproximateCreationDateTimePrecision",
		                 BytesFromCString(TimePrecisionName(destination->precision)));
	JsonEndObject(response);
}

void
RunDescribeKinesisStreamingDestination(const OperationContext *context, const Structure *request,
                                       JsonWriter *response)
{
	Bytes name = AccessRequestTable(context, request);
	Table *table = TableOpen(name, 0);
	ListCell *cell;

	if (table == NULL)
		RaiseTableNotFound(name);
	JsonBeginObject(response);
	JsonStringMember(response, "TableName", table->definition.name);
	JsonName(response, "KinesisDataStreamDestinations");
	JsonBeginArray(response);
	foreach (cell, DestinationsOf(table->relation))
		WriteDestination(response, lfirst(cell));
	JsonEndArray(response);
	JsonEndObject(response);
	TableRelease(table);
}
