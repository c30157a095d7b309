/*
 * Limits of throughput, read from table settings.
 */
#include "operation/throughput/throughput_limits.h"

#include "operation/throughput/table_settings.h"

#include "miscadmin.h"
#include "utils/guc.h"

bool enforce_throughput = false;

/* Buckets that each backend had for itself would limit nothing. */
static bool
CheckEnforce(bool *value, void **extra, GucSource source)
{
	if (!*value || process_shared_preload_libraries_in_progress || ConsumptionIsShared())
		return true;
	GUC_check_errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE);
	GUC_check_errmsg("dynamo.enforce_throughput needs dynamo in shared_preload_libraries");
	GUC_check_errdetail("Throughput is measured in shared memory.");
	GUC_check_errhint("Add dynamo to shared_preload_libraries and restart the server.");
	return false;
}

void
ThroughputLimitsInit(void)
{
	DefineCustomBoolVariable(
	    "dynamo.enforce_throughput",
	    "Throttles requests beyond the throughput of their tables and indexes.", NULL,
	    &enforce_throughput, false, PGC_SIGHUP, 0, CheckEnforce, NULL, NULL);
}

static ThroughputLimit
LimitOf(const TableSettings *settings, const Capacity *capacity)
{
	if (capacity == NULL)
		return (ThroughputLimit){ { 0 } };
	if (settings->on_demand)
		return (ThroughputLimit){ { capacity->max_read, capacity->max_write } };
	return (ThroughputLimit){ { capacity->read, capacity->write } };
}

static TableThroughput *
ReadThroughput(const Table *table)
{
	const TableDefinition *definition = &table->definition;
	const TableSettings *settings = TableSettingsRead(definition);
	TableThroughput *throughput = MemoryContextAllocZero(
	    table->context,
	    offsetof(TableThroughput, indexes) + sizeof(ThroughputLimit) * definition->index_count);

	throughput->scaled = ConsumptionIsShared() && ScalableTargetsTrack(&settings->scalable);
	throughput->on_demand = settings->on_demand;
	throughput->table = LimitOf(settings, &settings->capacity);
	for (int i = 0; i < definition->index_count; i++)
		throughput->indexes[i] =
		    LimitOf(settings, IndexCapacity(settings, definition->indexes[i].name));
	return throughput;
}

void
TableThroughputLoad(Table *table)
{
	table->attachment = ReadThroughput(table);
}
