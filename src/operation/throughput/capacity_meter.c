/*
 * See capacity_meter.h.
 */
#include "operation/throughput/capacity_meter.h"

#include "metrics/call.h"

/* Of the operation that runs. */
static int
SeriesOf(const ConsumedCapacity *capacity, const TableIndex *index)
{
	MetricsSubject subject = { .operation = metrics_call->operation,
		                       .table = capacity->table->definition.name };

	if (index != NULL && !index->local)
		subject.index = index->name;
	return MetricsSeries(&subject);
}

/* Halves of units are counted, since there are no others. */
static void
Add(const ConsumedCapacity *capacity, const TableIndex *index, double units)
{
	if (units > 0)
		MetricsAdd(SeriesOf(capacity, index),
		           capacity->kind == CONSUMPTION_READ ? METRIC_READ_UNITS : METRIC_WRITE_UNITS,
		           (uint64) (units * 2));
}

void
CapacityMeter(const ConsumedCapacity *capacity, int times)
{
	const TableDefinition *definition = &capacity->table->definition;
	double table_units = capacity->table_units * times;

	if (metrics_call == NULL || (!metrics_consumed_capacity && capacity->throughput == NULL))
		return;
	for (int i = 0; i < definition->index_count; i++)
	{
		const TableIndex *index = &definition->indexes[i];

		if (index->local)
			table_units += capacity->index_units[i];
		else
			Add(capacity, index, capacity->index_units[i]);
	}
	Add(capacity, NULL, table_units);
}

void
CapacityMeterThrottle(const ConsumedCapacity *capacity, const TableIndex *const *indexes,
                      int index_count, int64 count)
{
	MetricsCounter counter =
	    capacity->kind == CONSUMPTION_READ ? METRIC_READ_THROTTLES : METRIC_WRITE_THROTTLES;

	if (metrics_call == NULL)
		return;
	if (index_count == 0)
		MetricsAdd(SeriesOf(capacity, NULL), counter, count);
	for (int i = 0; i < index_count; i++)
		MetricsAdd(SeriesOf(capacity, indexes[i]), counter, count);
}
