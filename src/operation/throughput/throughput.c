/*
 * Rules of billing modes and throughput (API reference, CreateTable and
 * UpdateTable; developer guide, "Throughput capacity").
 */
#include "operation/throughput/throughput.h"

#include "compat.h"
#include "error/error.h"
#include "operation/throughput/change_limit.h"
#include "operation/throughput/quota.h"
#include "operation/arn.h"

#define MAX_CAPACITY_UNITS INT64CONST(1000000000000)

/* Reading or writing: its members in requests, and where Capacity keeps them. */
typedef struct Dimension
{
	IntegerMember provisioned;
	IntegerMember maximum;
	IntegerMember warm;
	const char *quota;
	size_t units;
	size_t maximum_units;
	size_t warm_units;
	int64 on_demand_warm;
} Dimension;

static const Dimension dimensions[] = {
	{ { MEMBER_ReadCapacityUnits },
	  { MEMBER_MaxReadRequestUnits },
	  { MEMBER_ReadUnitsPerSecond },
	  "TableMaxReadCapacityUnits",
	  offsetof(Capacity, read),
	  offsetof(Capacity, max_read),
	  offsetof(Capacity, warm_read),
	  ON_DEMAND_WARM_READ },
	{ { MEMBER_WriteCapacityUnits },
	  { MEMBER_MaxWriteRequestUnits },
	  { MEMBER_WriteUnitsPerSecond },

	  "TableMaxWriteCapacityUnits",
	  offsetof(Capacity, write),
	  offsetof(Capacity, max_write),
	  offsetof(Capacity, warm_write),
	  ON_DEMAND_WARM_WRITE },
};

/* Whose throughput it is: an index's, or the table's where `index` has no data. */
typedef struct Resource
{
	Bytes index;
	Capacity *capacity;
} Resource;

/* "table" or, after what the service's text says before its name, the index. */
static const char *
ResourceName(const Resource *resource, const char *before_index)
{
	if (resource->index.data == NULL)
		return "table";
	return psprintf("%s%.*s", before_index, BYTES_ARGS(resource->index));
}

static int64 *
UnitsAt(const Capacity *capacity, size_t offset)
{
	return (int64 *) ((char *) capacity + offset);
}

/* --- provisioned --- */

static void
SetProvisioned(Capacity *capacity, const Structure *throughput)
{
	for (int i = 0; i < lengthof(dimensions); i++)
	{
		IntegerMember member = dimensions[i].provisioned;
		int64 units = StructureInteger(throughput, member, 0);

		if (units > MAX_CAPACITY_UNITS)
			ValidationError(TEXT_UNITS_BOUNDS, units, MemberName(member.id));
		*UnitsAt(capacity, dimensions[i].units) = units;
	}
}

static void
CheckChanges(const Resource *resource, const Capacity *requested)
{
	const Capacity *current = resource->capacity;
	const char *what = ResourceName(resource, "index ");
	const char *whose =
	    resource->index.data == NULL ? "the table" : ResourceName(resource, "index ");

	if (current->read != requested->read || current->write != requested->write)
		return;
	ValidationError(TEXT_THROUGHPUT_SAME, what, whose, current->read, requested->read, whose,
	                current->write, requested->write);
}

/*
 * Units of zero are those of a table that was on demand: coming from there is
 * neither an increase nor a decrease. Both units lowered at once are one decrease.
 */
static void
ChangeProvisioned(const Resource *resource, const Structure *throughput)
{
	Capacity *capacity = resource->capacity;
	Capacity before = *capacity;
	Capacity requested = before;

	SetProvisioned(&requested, throughput);
	CheckChanges(resource, &requested);
	capacity->read = requested.read;
	capacity->write = requested.write;
	if (before.read == 0)
		return;
	if (requested.read < before.read || requested.write < before.write)
		DecreaseRecord(capacity);
	if (requested.read > before.read || requested.write > before.write)
		capacity->last_increase = CurrentMilliseconds();
}

/* --- on demand --- */

pg_noreturn static void
RaiseMaximumOfProvisioned(const char *member, const Resource *resource, bool creating)
{
	const char *index = "";

	if (resource->index.data != NULL)
		index = psprintf(" for %s", ResourceName(resource, creating ? "index: " : "index : "));
	if (creating)
		ValidationError(TEXT_ON_DEMAND_OF_PROVISIONED, member, index);
	ValidationError(TEXT_ON_DEMAND_TO_PROVISIONED, member, index);
}

/* -1 takes a maximum away, and stays for the answer; settings keep no such value. */
static void
SetMaximum(const TableSettings *settings, const Structure *throughput, const Resource *resource,
           bool creating)
{
	for (int i = 0; i < lengthof(dimensions); i++)
	{
		const char *member = MemberName(dimensions[i].maximum.id);
		int64 units = StructureInteger(throughput, dimensions[i].maximum, 0);

		if (!StructureHas(throughput, dimensions[i].maximum.id))
			continue;
		if (!settings->on_demand)
			RaiseMaximumOfProvisioned(member, resource, creating);
		if (units < 1 && (creating || units != -1))
			ValidationError(TEXT_ON_DEMAND_RANGE, member, ResourceName(resource, "index : "));
		QuotaCheckRequested(units, psprintf("%s for OnDemandThroughput", member),
		                    ResourceName(resource, "index : "), dimensions[i].quota);
		*UnitsAt(resource->capacity, dimensions[i].maximum_units) = units;
	}
}

/* --- warm --- */

static int64
WarmUnits(const TableSettings *settings, const Capacity *capacity, const Dimension *dimension)
{
	int64 least =
	    settings->on_demand ? dimension->on_demand_warm : *UnitsAt(capacity, dimension->units);

	return Max(*UnitsAt(capacity, dimension->warm_units), least);
}

int64
WarmReadUnits(const TableSettings *settings, const Capacity *capacity)
{
	return WarmUnits(settings, capacity, &dimensions[0]);
}

int64
WarmWriteUnits(const TableSettings *settings, const Capacity *capacity)
{
	return WarmUnits(settings, capacity, &dimensions[1]);
}

/* Before a change: what is warm stays so. */
static void
KeepWarm(const TableSettings *settings, Capacity *capacity)
{
	for (int i = 0; i < lengthof(dimensions); i++)
		*UnitsAt(capacity, dimensions[i].warm_units) =
		    WarmUnits(settings, capacity, &dimensions[i]);
}

pg_noreturn static void
RaiseWarmTooLow(const TableSettings *settings, const Dimension *dimension, const char *resource,
                bool creating)
{
	if (!creating)
		ValidationError(TEXT_WARM_BELOW_CURRENT, MemberName(dimension->warm.id), resource);
	if (settings->on_demand)
		ValidationError(TEXT_WARM_BELOW_INITIAL, MemberName(dimension->warm.id), resource);
	ValidationError(TEXT_WARM_BELOW_PROVISIONED, MemberName(dimension->warm.id), resource,
	                MemberName(dimension->provisioned.id));
}

static void
SetWarm(const TableSettings *settings, const Structure *request, const Resource *resource,
        bool creating)
{
	const Structure *throughput = StructureStructure(request, member_WarmThroughput);
	const char *name = ResourceName(resource, "index ");

	for (int i = 0; i < lengthof(dimensions); i++)
	{
		const Dimension *dimension = &dimensions[i];
		int64 units = StructureInteger(throughput, dimension->warm, 0);

		if (!StructureHas(throughput, dimension->warm.id))
			continue;
		if (units < WarmUnits(settings, resource->capacity, dimension))
			RaiseWarmTooLow(settings, dimension, name, creating);
		QuotaCheckRequested(units,
		                    psprintf("%s for WarmThroughput", MemberName(dimension->warm.id)), name,
		                    dimension->quota);
		*UnitsAt(resource->capacity, dimension->warm_units) = units;
		resource->capacity->warmed = true;
	}
}

/* --- requests --- */

static bool
AsksOnDemand(const Structure *request)
{
	return BytesEqual(StructureString(request, member_BillingMode),
	                  BYTES_LITERAL("PAY_PER_REQUEST"));
}

pg_noreturn static void
RaiseUnitsOnDemand(void)
{
	ValidationError(TEXT_UNITS_ON_DEMAND);
}

void
ThroughputCreate(const Structure *request, TableSettings *settings)
{
	const Structure *throughput = StructureStructure(request, member_ProvisionedThroughput);
	Resource table = { .capacity = &settings->capacity };

	settings->on_demand = AsksOnDemand(request);
	if (settings->on_demand && throughput != NULL)
		RaiseUnitsOnDemand();
	if (!settings->on_demand && throughput == NULL)
		ValidationError(TEXT_UNITS_MISSING);
	if (settings->on_demand)
		settings->became_on_demand = CurrentMilliseconds();
	else
		SetProvisioned(&settings->capacity, throughput);
	SetMaximum(settings, StructureStructure(request, member_OnDemandThroughput), &table, true);
	SetWarm(settings, request, &table, true);
}

/* A table that was on demand has no units of its own to restore. */
static void
RestoreProvisioned(Capacity *capacity, const Structure *throughput)
{
	if (throughput != NULL)
		SetProvisioned(capacity, throughput);
	if (capacity->read == 0)
		ValidationError(TEXT_RESTORE_NO_UNITS);
	capacity->max_read = capacity->max_write = 0;
}

static void
RestoreMaximum(const TableSettings *settings, const Structure *throughput, Capacity *capacity)
{
	const Resource table = { .capacity = capacity };

	for (int i = 0; i < lengthof(dimensions); i++)
	{
		const char *member = MemberName(dimensions[i].maximum.id);

		if (!StructureHas(throughput, dimensions[i].maximum.id))
			continue;
		if (!settings->on_demand)
			ValidationError(TEXT_RESTORE_MAXIMUM_MODE, member);
		if (StructureInteger(throughput, dimensions[i].maximum, 0) < 1)
			ValidationError(TEXT_RESTORE_MAXIMUM_RANGE, member);
	}
	SetMaximum(settings, throughput, &table, true);
}

/* Units of a table or an index that goes over to the billing mode. */
static void
RestoreIndex(const TableSettings *settings, Capacity *capacity)
{
	capacity->last_increase = capacity->last_decrease = capacity->decreases_today = 0;
	if (settings->on_demand)
		capacity->read = capacity->write = 0;
	else if (capacity->read == 0)
	{
		capacity->read = settings->capacity.read;
		capacity->write = settings->capacity.write;
		capacity->max_read = capacity->max_write = 0;
	}
}

void
ThroughputRestore(const Structure *request, TableSettings *settings)
{
	const Structure *throughput = StructureStructure(request, member_ProvisionedThroughputOverride);
	Bytes mode = StructureString(request, member_BillingModeOverride);

	if (mode.data != NULL)
		settings->on_demand = BytesEqual(mode, BYTES_LITERAL("PAY_PER_REQUEST"));
	if (settings->on_demand && throughput != NULL)
		ValidationError("%s", mode.data != NULL ? TEXT_RESTORE_UNITS_ON_DEMAND
		                                        : TEXT_RESTORE_UNITS_ALONE);
	settings->became_on_demand = settings->on_demand ? CurrentMilliseconds() : 0;
	memset(settings->on_demand_switches, 0, sizeof(settings->on_demand_switches));
	if (!settings->on_demand)
		RestoreProvisioned(&settings->capacity, throughput);
	RestoreIndex(settings, &settings->capacity);
	RestoreMaximum(settings, StructureStructure(request, member_OnDemandThroughputOverride),
	               &settings->capacity);
	for (int i = 0; i < settings->index_count; i++)
		RestoreIndex(settings, &settings->indexes[i].capacity);
}

static void
CheckIndexCreate(const TableSettings *settings, Bytes name, const Structure *throughput,
                 bool with_table)
{
	if (settings->on_demand && throughput != NULL && !with_table)
		ValidationError(TEXT_INDEX_UNITS_ON_DEMAND, BYTES_ARGS(name));
	if (settings->on_demand && throughput != NULL)
		ValidationError(TEXT_INDEX_THROUGHPUT_ON_DEMAND, BYTES_ARGS(name));
	if (settings->on_demand || throughput != NULL)
		return;
	if (with_table)
		ValidationError(TEXT_INDEX_UNITS_MISSING, BYTES_ARGS(name));
	ValidationError(TEXT_INDEX_UNITS_HALF, BYTES_ARGS(name));
}

void
IndexThroughputCreate(const Structure *index, bool with_table, TableSettings *settings)
{
	Bytes name = StructureString(index, member_IndexName);
	const Structure *throughput = StructureStructure(index, member_ProvisionedThroughput);
	Resource resource = { name, NULL };

	CheckIndexCreate(settings, name, throughput, with_table);
	resource.capacity = IndexCapacityAdd(settings, name);
	if (throughput != NULL)
		SetProvisioned(resource.capacity, throughput);
	SetMaximum(settings, StructureStructure(index, member_OnDemandThroughput), &resource, true);
	SetWarm(settings, index, &resource, true);
}

/* What UpdateTable may say of on-demand and warm throughput, for the table or an index. */
static void
UpdateMaximumAndWarm(const TableSettings *settings, const Structure *request,
                     const Resource *resource)
{
	SetMaximum(settings, StructureStructure(request, member_OnDemandThroughput), resource, false);
	SetWarm(settings, request, resource, false);
}

void
IndexThroughputUpdate(const Structure *update, TableSettings *settings)
{
	Bytes name = StructureString(update, member_IndexName);
	const Structure *throughput = StructureStructure(update, member_ProvisionedThroughput);
	const Structure *on_demand = StructureStructure(update, member_OnDemandThroughput);
	Resource resource = { name, IndexCapacityAdd(settings, name) };

	if (throughput == NULL && (on_demand == NULL || StructureIsEmpty(on_demand)) &&
	    !StructureHas(update, MEMBER_WarmThroughput))
		ValidationError(TEXT_INDEX_UPDATE_NONE, BYTES_ARGS(name));
	if (throughput != NULL && settings->on_demand)
		ValidationError(TEXT_INDEX_UPDATE_ON_DEMAND, BYTES_ARGS(name));
	if (throughput != NULL)
		ChangeProvisioned(&resource, throughput);
	UpdateMaximumAndWarm(settings, update, &resource);
	resource.capacity->updated = true;
}

/* The Update of this index in the request, or NULL. */
static const Structure *
FindIndexUpdate(const Structure *request, Bytes name)
{
	const JsonNode *updates = StructureList(request, member_GlobalSecondaryIndexUpdates);

	for (int i = 0; updates != NULL && i < updates->count; i++)
	{
		const Structure *update =
		    StructureStructure(NodeStructure(&updates->elements[i]), member_Update);

		if (update != NULL && BytesEqual(StructureString(update, member_IndexName), name))
			return update;
	}
	return NULL;
}

static void
BecomeOnDemand(TableSettings *settings)
{
	OnDemandSwitchRecord(settings);
	settings->on_demand = true;
	settings->became_on_demand = CurrentMilliseconds();
	settings->capacity.read = settings->capacity.write = 0;
	for (int i = 0; i < settings->index_count; i++)
		settings->indexes[i].capacity.read = settings->indexes[i].capacity.write = 0;
}

/* Every global index needs its throughput with the table's. */
static void
BecomeProvisioned(const Structure *request, const TableDefinition *definition,
                  TableSettings *settings)
{
	settings->on_demand = false;
	settings->capacity.max_read = settings->capacity.max_write = 0;
	for (int i = 0; i < definition->index_count; i++)
	{
		const TableIndex *index = &definition->indexes[i];
		const Structure *update = FindIndexUpdate(request, index->name);
		Capacity *capacity;

		if (index->local)
			continue;
		if (!StructureHas(update, MEMBER_ProvisionedThroughput))
			ValidationError(TEXT_INDEX_UNITS_NEEDED, BYTES_ARGS(index->name));
		capacity = IndexCapacityAdd(settings, index->name);
		capacity->max_read = capacity->max_write = 0;
	}
}

static void
CheckUpdate(const TableSettings *settings, const Structure *request)
{
	bool names_mode = StructureHas(request, MEMBER_BillingMode);
	bool names_units = StructureHas(request, MEMBER_ProvisionedThroughput);

	if (names_mode && names_units && AsksOnDemand(request))
		ValidationError(TEXT_PROVISIONED_ON_DEMAND);
	if (!names_mode && names_units && settings->on_demand)
		RaiseUnitsOnDemand();
	if (names_mode && !names_units && !AsksOnDemand(request))
		ValidationError(TEXT_PROVISIONED_MISSING);
}

static void
KeepAllWarm(TableSettings *settings)
{
	KeepWarm(settings, &settings->capacity);
	for (int i = 0; i < settings->index_count; i++)
		KeepWarm(settings, &settings->indexes[i].capacity);
}

void
ThroughputUpdate(const Structure *request, const TableDefinition *definition,
                 TableSettings *settings)
{
	const Structure *throughput = StructureStructure(request, member_ProvisionedThroughput);
	bool names_mode = StructureHas(request, MEMBER_BillingMode);
	bool on_demand = names_mode ? AsksOnDemand(request) : settings->on_demand;
	Resource table = { .capacity = &settings->capacity };

	CheckUpdate(settings, request);
	KeepAllWarm(settings);
	if (on_demand && !settings->on_demand)
		BecomeOnDemand(settings);
	else if (!on_demand && settings->on_demand)
		BecomeProvisioned(request, definition, settings);
	if (throughput != NULL)
		ChangeProvisioned(&table, throughput);
	UpdateMaximumAndWarm(settings, request, &table);
}
