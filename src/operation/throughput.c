/*
 * Rules of billing modes and throughput (API reference, CreateTable and
 * UpdateTable; developer guide, "Throughput capacity").
 */
#include "operation/throughput.h"

#include "error/error.h"
#include "operation/request.h"

#define MAX_CAPACITY_UNITS INT64CONST(1000000000000)
#define MILLISECONDS_PER_DAY INT64CONST(86400000)

/* Whose throughput it is: an index's, or the table's where `index` has no data. */
typedef struct Resource
{
	Bytes index;
	Capacity *capacity;
} Resource;

static const char *
ResourceName(const Resource *resource)
{
	if (resource->index.data == NULL)
		return "table";
	return psprintf("index %.*s", BYTES_ARGS(resource->index));
}

/* --- provisioned --- */

static int64
ReadUnits(const JsonNode *throughput, const char *member)
{
	int64 units = JsonGetInteger(throughput, member, 0);

	if (units > MAX_CAPACITY_UNITS)
		ValidationError("Given value " INT64_FORMAT " for %s is out of bounds", units, member);
	return units;
}

static void
SetProvisioned(Capacity *capacity, const JsonNode *throughput)
{
	capacity->read = ReadUnits(throughput, "ReadCapacityUnits");
	capacity->write = ReadUnits(throughput, "WriteCapacityUnits");
}

int64
DecreasesToday(const Capacity *capacity)
{
	int64 now = CurrentMilliseconds();
	bool today = capacity->last_decrease / MILLISECONDS_PER_DAY == now / MILLISECONDS_PER_DAY;

	return today ? capacity->decreases_today : 0;
}

static void
CheckChanges(const Resource *resource, int64 read, int64 write)
{
	const char *name = ResourceName(resource);
	const Capacity *current = resource->capacity;

	if (current->read != read || current->write != write)
		return;
	ValidationError(
	    "The provisioned throughput for the %s will not change. The requested value equals the "
	    "current value. Current ReadCapacityUnits provisioned for the %s: " INT64_FORMAT
	    ". Requested ReadCapacityUnits: " INT64_FORMAT
	    ". Current WriteCapacityUnits provisioned for the %s: " INT64_FORMAT
	    ". Requested WriteCapacityUnits: " INT64_FORMAT
	    ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to request "
	    "higher limits.",
	    name, name, current->read, read, name, current->write, write);
}

static void
ChangeProvisioned(Capacity *capacity, const JsonNode *throughput)
{
	Capacity before = *capacity;

	SetProvisioned(capacity, throughput);
	if (capacity->read > before.read || capacity->write > before.write)
		capacity->last_increase = CurrentMilliseconds();
	if (capacity->read < before.read || capacity->write < before.write)
	{
		capacity->decreases_today = DecreasesToday(&before) + 1;
		capacity->last_decrease = CurrentMilliseconds();
	}
}

/* --- on demand --- */

/* -1 takes the maximum away. */
static int64
ReadMaximum(const JsonNode *throughput, const char *member, int64 current)
{
	int64 units = JsonGetInteger(throughput, member, current);

	if (units < -1 || (units == 0 && JsonGet(throughput, member) != NULL))
		InvalidParameters("%s must be -1 or greater than 0", member);
	return units == -1 ? 0 : units;
}

static void
SetMaximum(const TableSettings *settings, const JsonNode *request, Capacity *capacity)
{
	const JsonNode *throughput = JsonGet(request, "OnDemandThroughput");

	if (throughput == NULL)
		return;
	if (!settings->on_demand)
		InvalidParameters("Neither MaxReadRequestUnits nor MaxWriteRequestUnits can be specified "
		                  "when BillingMode is PROVISIONED");
	capacity->max_read = ReadMaximum(throughput, "MaxReadRequestUnits", capacity->max_read);
	capacity->max_write = ReadMaximum(throughput, "MaxWriteRequestUnits", capacity->max_write);
}

/* --- warm --- */

int64
WarmReadUnits(const TableSettings *settings, const Capacity *capacity)
{
	return Max(capacity->warm_read, settings->on_demand ? ON_DEMAND_WARM_READ : capacity->read);
}

int64
WarmWriteUnits(const TableSettings *settings, const Capacity *capacity)
{
	return Max(capacity->warm_write, settings->on_demand ? ON_DEMAND_WARM_WRITE : capacity->write);
}

/* It can only grow. */
static int64
ReadWarm(const JsonNode *throughput, const char *member, int64 current, const char *resource)
{
	int64 units = JsonGetInteger(throughput, member, current);

	if (units < current)
		InvalidParameters("Requested %s for WarmThroughput for %s is lower than the current "
		                  "value. Current: " INT64_FORMAT ", requested: " INT64_FORMAT,
		                  member, resource, current, units);
	return units;
}

static void
SetWarm(const TableSettings *settings, const JsonNode *request, const Resource *resource)
{
	const JsonNode *throughput = JsonGet(request, "WarmThroughput");
	Capacity *capacity = resource->capacity;
	const char *name = ResourceName(resource);

	if (throughput == NULL)
		return;
	if (JsonGet(throughput, "ReadUnitsPerSecond") == NULL &&
	    JsonGet(throughput, "WriteUnitsPerSecond") == NULL)
		InvalidParameters("At least one of ReadUnitsPerSecond and WriteUnitsPerSecond must be "
		                  "specified in WarmThroughput for %s",
		                  name);
	capacity->warm_read =
	    ReadWarm(throughput, "ReadUnitsPerSecond", WarmReadUnits(settings, capacity), name);
	capacity->warm_write =
	    ReadWarm(throughput, "WriteUnitsPerSecond", WarmWriteUnits(settings, capacity), name);
}

/* --- requests --- */

static bool
AsksOnDemand(const JsonNode *request)
{
	return BytesEqual(JsonGetString(request, "BillingMode"), BYTES_LITERAL("PAY_PER_REQUEST"));
}

static void
CheckProvisioned(const TableSettings *settings, const JsonNode *request)
{
	const JsonNode *throughput = JsonGet(request, "ProvisionedThroughput");

	if (settings->on_demand && throughput != NULL)
		InvalidParameters("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
		                  "BillingMode is PAY_PER_REQUEST");
	if (settings->on_demand || throughput != NULL)
		return;
	if (JsonGet(request, "BillingMode") == NULL)
		ValidationError("No provisioned throughput specified for the table");
	InvalidParameters("ReadCapacityUnits and WriteCapacityUnits must both be specified when "
	                  "BillingMode is PROVISIONED");
}

void
ThroughputCreate(const JsonNode *request, TableSettings *settings)
{
	Resource table = { .capacity = &settings->capacity };

	settings->on_demand = AsksOnDemand(request);
	CheckProvisioned(settings, request);
	if (settings->on_demand)
		settings->became_on_demand = CurrentMilliseconds();
	else
		SetProvisioned(&settings->capacity, JsonGet(request, "ProvisionedThroughput"));
	SetMaximum(settings, request, &settings->capacity);
	SetWarm(settings, request, &table);
}

static void
CheckIndexProvisioned(const TableSettings *settings, Bytes name, const JsonNode *throughput)
{
	if (settings->on_demand && throughput != NULL)
		InvalidParameters("ProvisionedThroughput should not be specified for index: %.*s when "
		                  "BillingMode is PAY_PER_REQUEST",
		                  BYTES_ARGS(name));
	if (!settings->on_demand && throughput == NULL)
		InvalidParameters("ProvisionedThroughput must be specified for index: %.*s",
		                  BYTES_ARGS(name));
}

void
IndexThroughputCreate(const JsonNode *index, TableSettings *settings)
{
	Bytes name = JsonGetString(index, "IndexName");
	const JsonNode *throughput = JsonGet(index, "ProvisionedThroughput");
	Resource resource = { name, NULL };

	CheckIndexProvisioned(settings, name, throughput);
	resource.capacity = IndexCapacityAdd(settings, name);
	if (throughput != NULL)
		SetProvisioned(resource.capacity, throughput);
	SetMaximum(settings, index, resource.capacity);
	SetWarm(settings, index, &resource);
}

void
IndexThroughputUpdate(const JsonNode *update, TableSettings *settings)
{
	Bytes name = JsonGetString(update, "IndexName");
	const JsonNode *throughput = JsonGet(update, "ProvisionedThroughput");
	Resource resource = { name, IndexCapacityAdd(settings, name) };

	if (throughput == NULL && JsonGet(update, "OnDemandThroughput") == NULL &&
	    JsonGet(update, "WarmThroughput") == NULL)
		InvalidParameters("At least one of ProvisionedThroughput, OnDemandThroughput and "
		                  "WarmThroughput is required to update index: %.*s",
		                  BYTES_ARGS(name));
	if (throughput != NULL)
	{
		CheckIndexProvisioned(settings, name, throughput);
		CheckChanges(&resource, ReadUnits(throughput, "ReadCapacityUnits"),
		             ReadUnits(throughput, "WriteCapacityUnits"));
		ChangeProvisioned(resource.capacity, throughput);
	}
	SetMaximum(settings, update, resource.capacity);
	SetWarm(settings, update, &resource);
}

/* The Update of this index in the request, or NULL. */
static const JsonNode *
FindIndexUpdate(const JsonNode *request, Bytes name)
{
	const JsonNode *updates = JsonGet(request, "GlobalSecondaryIndexUpdates");

	for (int i = 0; updates != NULL && i < updates->count; i++)
	{
		const JsonNode *update = JsonGet(&updates->elements[i], "Update");

		if (update != NULL && BytesEqual(JsonGetString(update, "IndexName"), name))
			return update;
	}
	return NULL;
}

static void
BecomeOnDemand(TableSettings *settings)
{
	settings->on_demand = true;
	settings->became_on_demand = CurrentMilliseconds();
	settings->capacity.read = settings->capacity.write = 0;
	for (int i = 0; i < settings->index_count; i++)
		settings->indexes[i].capacity.read = settings->indexes[i].capacity.write = 0;
}

/* Every global index needs its throughput with the table's. */
static void
BecomeProvisioned(const JsonNode *request, const TableDefinition *definition,
                  TableSettings *settings)
{
	settings->on_demand = false;
	settings->capacity.max_read = settings->capacity.max_write = 0;
	for (int i = 0; i < definition->index_count; i++)
	{
		const TableIndex *index = &definition->indexes[i];
		const JsonNode *update = FindIndexUpdate(request, index->name);
		Capacity *capacity;

		if (index->local)
			continue;
		CheckIndexProvisioned(settings, index->name, JsonGet(update, "ProvisionedThroughput"));
		capacity = IndexCapacityAdd(settings, index->name);
		capacity->max_read = capacity->max_write = 0;
	}
}

void
ThroughputUpdate(const JsonNode *request, const TableDefinition *definition,
                 TableSettings *settings)
{
	const JsonNode *throughput = JsonGet(request, "ProvisionedThroughput");
	bool names_mode = JsonGet(request, "BillingMode") != NULL;
	bool on_demand = names_mode ? AsksOnDemand(request) : settings->on_demand;
	bool changes_mode = on_demand != settings->on_demand;
	Resource table = { .capacity = &settings->capacity };

	if (changes_mode && on_demand)
		BecomeOnDemand(settings);
	else if (changes_mode)
		BecomeProvisioned(request, definition, settings);
	if (changes_mode || throughput != NULL)
		CheckProvisioned(settings, request);
	if (throughput != NULL)
	{
		CheckChanges(&table, ReadUnits(throughput, "ReadCapacityUnits"),
		             ReadUnits(throughput, "WriteCapacityUnits"));
		ChangeProvisioned(&settings->capacity, throughput);
	}
	SetMaximum(settings, request, &settings->capacity);
	SetWarm(settings, request, &table);
}
