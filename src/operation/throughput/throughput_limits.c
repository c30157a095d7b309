/*
 * Limits of throughput, read from table settings.
 */
#include "operation/throughput/throughput_limits.h"

#include "metrics/hotkeys/hot_keys.h"
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
LimitOf(const TableSettings *settings, Bytes index, const Capacity *capacity)
{
	ThroughputLimit limit = { .insights = INSIGHTS_NONE };

	if (HotKeysCanCount())
		limit.insights = TableInsightsMode(&settings->insights, index);
	if (capacity == NULL)
		return limit;
	limit.rates[CONSUMPTION_READ] = settings->on_demand ? capacity->max_read : capacity->read;
	limit.rates[CONSUMPTION_WRITE] = settings->on_demand ? capacity->max_write : capacity->write;
	return limit;
}

static TableThroughput *
ReadThroughput(const Table *table)
{
	const TableDefinition *definition = &table->definition;
	const TableSettings *settings = TableSettingsRead(definition);
	TableThroughput *throughput = MemoryContextAllocZero(
	    table->context,
	    offsetof(TableThroughput, indexes) + sizeof(ThroughputLimit) * definition->index_count);

	throughput->on_demand = settings->on_demand;
	throughput->table = LimitOf(settings, (Bytes){ NULL, 0 }, &settings->capacity);
	throughput->counts_keys = throughput->table.insights != INSIGHTS_NONE;
	for (int i = 0; i < definition->index_count; i++)
	{
		Bytes name = definition->indexes[i].name;

		throughput->indexes[i] = LimitOf(settings, name, IndexCapacity(settings, name));
		throughput->counts_keys |= throughput->indexes[i].insights != INSIGHTS_NONE;
	}
	throughput->tracked = throughput->counts_keys ||
	                      (ConsumptionIsShared() && ScalableTargetsTrack(&settings->scalable));
	return throughput;
}

void
TableThroughputLoad(Table *table)
{
	table->attachment = ReadThroughput(table);
}
