/*
 * See call.h.
 */
#include "metrics/call.h"

MetricsCall *metrics_call = NULL;

void
MetricsCallMeetTable(Bytes table, Bytes index)
{
	MetricsCall *call = metrics_call;

	if (call->table.data == NULL)
	{
		call->table = table;
		call->index = index;
	}
	else if (!BytesEqual(call->table, table) || !BytesEqual(call->index, index))
		call->several = true;
}

int
MetricsCallEnd(MetricsCall *call)
{
	MetricsSubject subject = { .operation = call->operation };
	int series;

	metrics_call = call->outer;
	if (!call->several)
	{
		subject.table = call->table;
		subject.index = call->index;
	}
	series = MetricsSeries(&subject);
	MetricsAdd(series, METRIC_ITEMS, call->items);
	return series;
}
