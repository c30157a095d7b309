/*
 * Writes BackupDescription, BackupDetails and BackupSummary (API reference).
 */
#include "operation/backup/backup_description.h"

#include "json/json_member.h"
#include "text/unix_time.h"
#include "operation/arn.h"
#include "operation/index/vector_definition.h"
#include "operation/table/table_description.h"
#include "operation/throughput/table_settings.h"
#include "storage/catalog/definition.h"
#include "storage/catalog/stream.h"

#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

/* Seconds since 1970; nothing where the time is not set. */
static void
WriteTime(JsonWriter *response, const char *name, TimestampTz time)
{
	if (time != 0)
		JsonTimeMember(response, name, UnixMilliseconds(time));
}

/* What details and summaries have in common. */
static void
WriteIdentity(JsonWriter *response, const Backup *backup)
{
	JsonCStringMember(response, "BackupArn", BackupArn(backup->table, backup->identifier));
	JsonStringMember(response, "BackupName", backup->name);
	JsonIntegerMember(response, "BackupSizeBytes", backup->bytes);
	JsonCStringMember(response, "BackupStatus", BackupStatusName(backup->status));
	JsonCStringMember(response, "BackupType", BackupTypeName(backup->type));
	WriteTime(response, "BackupCreationDateTime", backup->created);
	WriteTime(response, "BackupExpiryDateTime", backup->expires);
}

static void
WriteTable(JsonWriter *response, const Backup *backup)
{
	JsonStringMember(response, "TableName", backup->table);
	JsonCStringMember(
	    response, "TableId",
	    DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(&backup->table_id))));
	JsonCStringMember(response, "TableArn", TableArn(backup->table));
}

void
BackupDetailsWrite(JsonWriter *response, const Backup *backup)
{
	JsonBeginObject(response);
	WriteIdentity(response, backup);
	JsonEndObject(response);
}

void
BackupSummaryWrite(JsonWriter *response, const Backup *backup)
{
	JsonBeginObject(response);
	WriteTable(response, backup);
	WriteIdentity(response, backup);
	JsonEndObject(response);
}

static void
WriteThroughput(JsonWriter *response, const Capacity *capacity)
{
	JsonName(response, "ProvisionedThroughput");
	JsonBeginObject(response);
	JsonIntegerMember(response, "ReadCapacityUnits", capacity->read);
	JsonIntegerMember(response, "WriteCapacityUnits", capacity->write);
	JsonEndObject(response);
	DescriptionWriteMaximum(response, capacity);
}

static void
WriteSourceTable(JsonWriter *response, const Backup *backup, const TableDefinition *definition,
                 const TableSettings *settings)
{
	JsonName(response, "SourceTableDetails");
	JsonBeginObject(response);
	WriteTable(response, backup);
	JsonIntegerMember(response, "TableSizeBytes", backup->bytes);
	DescriptionWriteKey(response, &definition->key);
	WriteTime(response, "TableCreationDateTime", backup->table_created);
	WriteThroughput(response, &settings->capacity);
	JsonIntegerMember(response, "ItemCount", backup->items);
	JsonCStringMember(response, "BillingMode",
	                  settings->on_demand ? "PAY_PER_REQUEST" : "PROVISIONED");
	JsonEndObject(response);
}

static void
WriteIndex(JsonWriter *response, const TableIndex *index, const TableSettings *settings)
{
	static const Capacity none = { 0 };
	const Capacity *capacity = IndexCapacity(settings, index->name);

	JsonBeginObject(response);
	JsonStringMember(response, "IndexName", index->name);
	DescriptionWriteKey(response, &index->key);
	DescriptionWriteProjection(response, index);
	if (!index->local)
		WriteThroughput(response, capacity != NULL ? capacity : &none);
	JsonEndObject(response);
}

static void
WriteIndexes(JsonWriter *response, bool local, const TableDefinition *definition,
             const TableSettings *settings)
{
	bool any = false;

	for (int i = 0; i < definition->index_count; i++)
		any |= definition->indexes[i].local == local;
	if (!any)
		return;
	JsonName(response, local ? "LocalSecondaryIndexes" : "GlobalSecondaryIndexes");
	JsonBeginArray(response);
	for (int i = 0; i < definition->index_count; i++)
		if (definition->indexes[i].local == local)
			WriteIndex(response, &definition->indexes[i], settings);
	JsonEndArray(response);
}

static void
WriteVectorIndexes(JsonWriter *response, const TableDefinition *definition)
{
	if (definition->vector_count == 0)
		return;
	JsonName(response, "VectorIndexes");
	JsonBeginArray(response);
	for (int i = 0; i < definition->vector_count; i++)
	{
		JsonBeginObject(response);
		VectorIndexWrite(response, &definition->vectors[i]);
		DescriptionWriteProjection(response, &definition->vectors[i]);
		JsonEndObject(response);
	}
	JsonEndArray(response);
}

static void
WriteStream(JsonWriter *response, const TableStream *stream)
{
	if (!StreamIsEnabled(stream))
		return;
	JsonName(response, "StreamDescription");
	JsonBeginObject(response);
	JsonName(response, "StreamEnabled");
	JsonBoolean(response, true);
	JsonCStringMember(response, "StreamViewType", StreamViewName(stream->view));
	JsonEndObject(response);
}

static void
WriteTimeToLive(JsonWriter *response, const TableIndex *expiry)
{
	bool enabled = expiry != NULL && expiry->status != STATUS_DELETING;

	JsonName(response, "TimeToLiveDescription");
	JsonBeginObject(response);
	JsonCStringMember(response, "TimeToLiveStatus", enabled ? "ENABLED" : "DISABLED");
	if (enabled)
		JsonStringMember(response, "AttributeName", expiry->key.partition[0].name);
	JsonEndObject(response);
}

static void
WriteFeatures(JsonWriter *response, const TableDefinition *definition,
              const TableSettings *settings)
{
	JsonName(response, "SourceTableFeatureDetails");
	JsonBeginObject(response);
	WriteIndexes(response, true, definition, settings);
	WriteIndexes(response, false, definition, settings);
	WriteVectorIndexes(response, definition);
	WriteStream(response, definition->stream);
	WriteTimeToLive(response, definition->time_to_live);
	DescriptionWriteEncryption(response, settings);
	JsonEndObject(response);
}

void
BackupDescriptionWrite(JsonWriter *response, const Backup *backup)
{
	TableDefinition definition = { .name = backup->table };
	const TableSettings *settings = TableSettingsFromJsonb(backup->settings);
	int next_index;

	DefinitionFromJsonb(backup->definition, &definition, &next_index);
	definition.stream = StreamFromJsonb(backup->stream, NULL);
	JsonBeginObject(response);
	JsonName(response, "BackupDetails");
	BackupDetailsWrite(response, backup);
	WriteSourceTable(response, backup, &definition, settings);
	WriteFeatures(response, &definition, settings);
	JsonEndObject(response);
}
