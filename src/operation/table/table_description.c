/*
 * Writes TableDescription (API reference, TableDescription).
 */
#include "operation/table/replica_updates.h"
#include "operation/table/table_description.h"

#include "json/json_member.h"
#include "text/unix_time.h"
#include "operation/throughput/change_limit.h"
#include "operation/index/index_definition.h"
#include "operation/arn.h"
#include "operation/throughput/throughput.h"
#include "operation/index/vector_definition.h"
#include "storage/catalog/definition.h"
#include "storage/catalog/stream.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* --- members --- */

/* Seconds since 1970 with milliseconds; nothing where the time is not set. */
static void
WriteTime(JsonWriter *response, const char *name, int64 milliseconds)
{
	if (milliseconds != 0)
		JsonTimeMember(response, name, milliseconds);
}

/* --- keys --- */

static void
WriteKeyAttributes(JsonWriter *response, const KeyAttribute *attributes, int count,
                   const char *key_type)
{
	for (int i = 0; i < count; i++)
	{
		JsonBeginObject(response);
		JsonStringMember(response, "AttributeName", attributes[i].name);
		JsonCStringMember(response, "KeyType", key_type);
		JsonEndObject(response);
	}
}

void
DescriptionWriteKey(JsonWriter *response, const KeySchema *key)
{
	JsonName(response, "KeySchema");
	JsonBeginArray(response);
	WriteKeyAttributes(response, key->partition, key->partition_count, "HASH");
	WriteKeyAttributes(response, key->sort, key->sort_count, "RANGE");
	JsonEndArray(response);
}

static int
CompareAttributes(const void *left, const void *right)
{
	return BytesCompare(((const KeyAttribute *) left)->name, ((const KeyAttribute *) right)->name);
}

static int
CompareNames(const void *left, const void *right)
{
	return BytesCompare(*(const Bytes *) left, *(const Bytes *) right);
}

/* In the order of names, as the service has them. Those of dropped indexes are gone with them. */
static void
WriteAttributeDefinitions(JsonWriter *response, const TableDefinition *definition)
{
	int count = definition->attribute_count;
	KeyAttribute *attributes = palloc_array(KeyAttribute, Max(count, 1));

	if (count > 0)
		memcpy(attributes, definition->attributes, sizeof(KeyAttribute) * count);
	qsort(attributes, count, sizeof(KeyAttribute), CompareAttributes);
	JsonName(response, "AttributeDefinitions");
	JsonBeginArray(response);
	for (int i = 0; i < count; i++)
	{
		const KeyAttribute *attribute = &attributes[i];

		if (!DefinitionUses(definition, attribute->name))
			continue;
		JsonBeginObject(response);
		JsonStringMember(response, "AttributeName", attribute->name);
		JsonCStringMember(response, "AttributeType", AttributeTypeName(attribute->type));
		JsonEndObject(response);
	}
	JsonEndArray(response);
}

/* --- throughput --- */

static void
WriteProvisionedThroughput(JsonWriter *response, const Capacity *capacity)
{
	JsonName(response, "ProvisionedThroughput");
	JsonBeginObject(response);
	WriteTime(response, "LastIncreaseDateTime", capacity->last_increase);
	WriteTime(response, "LastDecreaseDateTime", capacity->last_decrease);
	JsonIntegerMember(response, "NumberOfDecreasesToday", DecreasesToday(capacity));
	JsonIntegerMember(response, "ReadCapacityUnits", capacity->read);
	JsonIntegerMember(response, "WriteCapacityUnits", capacity->write);
	JsonEndObject(response);
}

/* The answer to the request that takes a maximum away shows it as -1. */
void
DescriptionWriteMaximum(JsonWriter *response, const Capacity *capacity)
{
	if (capacity->max_read == 0 && capacity->max_write == 0)
		return;
	JsonName(response, "OnDemandThroughput");
	JsonBeginObject(response);
	if (capacity->max_read != 0)
		JsonIntegerMember(response, "MaxReadRequestUnits", capacity->max_read);
	if (capacity->max_write != 0)
		JsonIntegerMember(response, "MaxWriteRequestUnits", capacity->max_write);
	JsonEndObject(response);
}

static void
WriteWarmThroughput(JsonWriter *response, const TableSettings *settings, const Capacity *capacity,
                    ResourceStatus status)
{
	bool updating = status == STATUS_CREATING || capacity->warmed;

	/* The answer to a creation tells only what was asked for. */
	if (status == STATUS_CREATING && capacity->warm_read == 0 && capacity->warm_write == 0)
		return;
	JsonName(response, "WarmThroughput");
	JsonBeginObject(response);
	JsonIntegerMember(response, "ReadUnitsPerSecond", WarmReadUnits(settings, capacity));
	JsonIntegerMember(response, "WriteUnitsPerSecond", WarmWriteUnits(settings, capacity));
	JsonCStringMember(response, "Status",
	                  ResourceStatusName(updating ? STATUS_UPDATING : STATUS_ACTIVE));
	JsonEndObject(response);
}

static void
WriteThroughput(JsonWriter *response, const TableSettings *settings, const Capacity *capacity,
                ResourceStatus status)
{
	WriteProvisionedThroughput(response, capacity);
	DescriptionWriteMaximum(response, capacity);
	WriteWarmThroughput(response, settings, capacity, status);
}

/* --- indexes --- */

/* In the order of names. */
static void
WriteNonKeyAttributes(JsonWriter *response, const TableIndex *index)
{
	Bytes *names = palloc_array(Bytes, Max(index->include_count, 1));

	if (index->include_count > 0)
		memcpy(names, index->include, sizeof(Bytes) * index->include_count);
	qsort(names, index->include_count, sizeof(Bytes), CompareNames);
	JsonName(response, "NonKeyAttributes");
	JsonBeginArray(response);
	for (int i = 0; i < index->include_count; i++)
		JsonString(response, names[i]);
	JsonEndArray(response);
}

void
DescriptionWriteProjection(JsonWriter *response, const TableIndex *index)
{
	JsonName(response, "Projection");
	JsonBeginObject(response);
	JsonCStringMember(response, "ProjectionType", ProjectionTypeName(index->projection));
	if (index->projection == PROJECTION_INCLUDE)
		WriteNonKeyAttributes(response, index);
	JsonEndObject(response);
}

static void
WriteGlobalMembers(JsonWriter *response, const TableIndex *index, const TableSettings *settings,
                   ResourceStatus table_status, bool rebuilt)
{
	static const Capacity none = { 0 };
	const Capacity *capacity = IndexCapacity(settings, index->name);
	bool creating = table_status == STATUS_CREATING;
	ResourceStatus status = creating ? STATUS_CREATING : index->status;

	if (status == STATUS_ACTIVE && (rebuilt || (capacity != NULL && capacity->updated)))
		status = STATUS_UPDATING;
	JsonCStringMember(response, "IndexStatus", ResourceStatusName(status));
	if (index->status == STATUS_CREATING)
		JsonBooleanMember(response, "Backfilling", index->backfilling);
	WriteThroughput(response, settings, capacity ? capacity : &none, status);
}

static void
WriteIndex(JsonWriter *response, Table *table, const TableIndex *index,
           const TableSettings *settings, ResourceStatus table_status)
{
	TableStatistics statistics = TableGetStatistics(table, index);

	JsonBeginObject(response);
	JsonStringMember(response, "IndexName", index->name);
	DescriptionWriteKey(response, &index->key);
	DescriptionWriteProjection(response, index);
	if (!index->local)
		WriteGlobalMembers(response, index, settings, table_status,
		                   IndexIsBeingRebuilt(&table->definition, index->number));
	JsonIntegerMember(response, "IndexSizeBytes", statistics.size_bytes);
	JsonIntegerMember(response, "ItemCount", statistics.item_count);
	JsonCStringMember(response, "IndexArn", IndexArn(table->definition.name, index->name));
	JsonEndObject(response);
}

/* The indexes of one kind; no member where there are none. */
static void
WriteIndexes(JsonWriter *response, Table *table, bool local, const TableSettings *settings,
             ResourceStatus status)
{
	const TableDefinition *definition = &table->definition;
	bool any = false;

	for (int i = 0; i < definition->index_count; i++)
	{
		if (definition->indexes[i].local != local)
			continue;
		if (!any)
		{
			JsonName(response, local ? "LocalSecondaryIndexes" : "GlobalSecondaryIndexes");
			JsonBeginArray(response);
		}
		any = true;
		WriteIndex(response, table, &definition->indexes[i], settings, status);
	}
	if (any)
		JsonEndArray(response);
}

static void
WriteVectorIndex(JsonWriter *response, Table *table, const TableIndex *index, ResourceStatus status)
{
	TableStatistics statistics = TableGetStatistics(table, index);
	bool rebuilt = IndexIsBeingRebuilt(&table->definition, index->number);

	JsonBeginObject(response);
	VectorIndexWrite(response, index);
	DescriptionWriteProjection(response, index);
	if (status != STATUS_CREATING)
		status = rebuilt && index->status == STATUS_ACTIVE ? STATUS_UPDATING : index->status;
	JsonCStringMember(response, "IndexStatus", ResourceStatusName(status));
	if (index->status == STATUS_CREATING)
		JsonBooleanMember(response, "Backfilling", index->backfilling);
	JsonIntegerMember(response, "IndexSizeBytes", statistics.size_bytes);
	JsonIntegerMember(response, "ItemCount", statistics.item_count);
	JsonCStringMember(response, "IndexArn", IndexArn(table->definition.name, index->name));
	JsonEndObject(response);
}

static void
WriteVectorIndexes(JsonWriter *response, Table *table, ResourceStatus status)
{
	const TableDefinition *definition = &table->definition;

	if (definition->vector_count == 0)
		return;
	JsonName(response, "VectorIndexes");
	JsonBeginArray(response);
	for (int i = 0; i < definition->vector_count; i++)
		WriteVectorIndex(response, table, &definition->vectors[i], status);
	JsonEndArray(response);
}

/* --- the rest --- */

/* A table that was created on demand has been so since its creation, a moment after the request. */
static void
WriteBillingMode(JsonWriter *response, const Table *table, const TableSettings *settings,
                 ResourceStatus status)
{
	if (settings->became_on_demand == 0)
		return;
	JsonName(response, "BillingModeSummary");
	JsonBeginObject(response);
	JsonCStringMember(response, "BillingMode",
	                  settings->on_demand ? "PAY_PER_REQUEST" : "PROVISIONED");
	if (status != STATUS_CREATING)
		WriteTime(response, "LastUpdateToPayPerRequestDateTime",
		          Max(settings->became_on_demand, UnixMilliseconds(table->created)));
	JsonEndObject(response);
}

void
DescriptionWriteEncryption(JsonWriter *response, const TableSettings *settings)
{
	bool encrypted = settings->encryption_key.data != NULL;

	if (!encrypted && !settings->encryption_updating)
		return;
	JsonName(response, "SSEDescription");
	JsonBeginObject(response);
	JsonCStringMember(response, "Status", settings->encryption_updating ? "UPDATING" : "ENABLED");
	if (encrypted)
	{
		JsonCStringMember(response, "SSEType", "KMS");
		JsonStringMember(response, "KMSMasterKeyArn", settings->encryption_key);
	}
	JsonEndObject(response);
}

static void
WriteTableClass(JsonWriter *response, const TableSettings *settings)
{
	if (settings->table_class.data == NULL)
		return;
	JsonName(response, "TableClassSummary");
	JsonBeginObject(response);
	JsonStringMember(response, "TableClass", settings->table_class);
	WriteTime(response, "LastUpdateDateTime", settings->table_class_changed);
	JsonEndObject(response);
}

/* A disabled stream still has its name. */
static void
WriteStream(JsonWriter *response, const TableDefinition *definition)
{
	const TableStream *stream = definition->stream;
	char *label;

	if (stream == NULL || stream->shown == 0)
		return;
	if (StreamIsEnabled(stream))
	{
		JsonName(response, "StreamSpecification");
		JsonBeginObject(response);
		JsonBooleanMember(response, "StreamEnabled", true);
		JsonCStringMember(response, "StreamViewType", StreamViewName(stream->view));
		JsonEndObject(response);
	}
	label = StreamLabel(&(TableStream){ .label = stream->shown });
	JsonCStringMember(response, "LatestStreamLabel", label);
	JsonCStringMember(response, "LatestStreamArn", StreamArn(definition->name, label));
}

/* Once the table is there nothing tells that it was restored. */
static void
WriteRestore(JsonWriter *response, const RestoreSource *source, ResourceStatus status)
{
	if (source->time == 0 || status != STATUS_CREATING)
		return;
	JsonName(response, "RestoreSummary");
	JsonBeginObject(response);
	if (source->backup.data != NULL)
		JsonStringMember(response, "SourceBackupArn", source->backup);
	JsonStringMember(response, "SourceTableArn", source->table);
	WriteTime(response, "RestoreDateTime", source->time);
	JsonBooleanMember(response, "RestoreInProgress", true);
	JsonEndObject(response);
}

static void
WriteIdentity(JsonWriter *response, Table *table, ResourceStatus status)
{
	TableStatistics statistics = TableGetStatistics(table, NULL);
	char *id = DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(&table->id)));

	JsonStringMember(response, "TableName", table->definition.name);
	JsonCStringMember(response, "TableArn", TableArn(table->definition.name));
	JsonCStringMember(response, "TableId", id);
	JsonCStringMember(response, "TableStatus", ResourceStatusName(status));
	JsonIntegerMember(response, "ItemCount", statistics.item_count);
	JsonIntegerMember(response, "TableSizeBytes", statistics.size_bytes);
}

void
TableDescriptionWrite(JsonWriter *response, Table *table, const TableSettings *settings,
                      ResourceStatus status)
{
	JsonBeginObject(response);
	WriteIdentity(response, table, status);
	WriteTime(response, "CreationDateTime", UnixMilliseconds(table->created));
	WriteAttributeDefinitions(response, &table->definition);
	DescriptionWriteKey(response, &table->definition.key);
	WriteBillingMode(response, table, settings, status);
	WriteThroughput(response, settings, &settings->capacity, status);
	WriteIndexes(response, table, true, settings, status);
	WriteIndexes(response, table, false, settings, status);
	WriteVectorIndexes(response, table, status);
	WriteStream(response, &table->definition);
	DescriptionWriteReplicas(response, table);
	WriteRestore(response, &settings->restored, status);
	DescriptionWriteEncryption(response, settings);
	WriteTableClass(response, settings);
	JsonBooleanMember(response, "DeletionProtectionEnabled", settings->deletion_protection);
	JsonEndObject(response);
}

void
DeletedTableDescriptionWrite(JsonWriter *response, Table *table, const TableSettings *settings)
{
	JsonBeginObject(response);
	WriteIdentity(response, table, STATUS_DELETING);
	WriteBillingMode(response, table, settings, STATUS_DELETING);
	WriteProvisionedThroughput(response, &settings->capacity);
	DescriptionWriteEncryption(response, settings);
	WriteTableClass(response, settings);
	JsonBooleanMember(response, "DeletionProtectionEnabled", settings->deletion_protection);
	JsonEndObject(response);
}
