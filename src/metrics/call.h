/*
 * The call of an operation that this process runs, as far as it counts.
 *
 * An operation counts on its table's series, or its index's, where it is of one; a request of
 * several tables counts on a series without a table. Calls may be within calls.
 */
#ifndef DYNAMO_METRICS_CALL_H
#define DYNAMO_METRICS_CALL_H

#include "metrics/series.h"

typedef struct MetricsCall
{
	struct MetricsCall *outer;
	const char *operation; /* its name, a constant */
	Bytes table;           /* the first that it has opened; no data: none yet */
	Bytes index;
	bool several; /* it has opened different ones */
	uint64 items;
} MetricsCall;

/* Of the innermost operation; NULL: none runs, or nothing is counted. */
extern MetricsCall *metrics_call;

/* `call` is the caller's until MetricsCallEnd. */
static inline void
MetricsCallBegin(MetricsCall *call, const char *operation)
{
	*call = (MetricsCall){ .outer = metrics_call, .operation = operation };
	metrics_call = call;
}

/* The call's series, while its tables are still there; also after an error. */
extern int MetricsCallEnd(MetricsCall *call);

extern void MetricsCallMeetTable(Bytes table, Bytes index);

/* The operation has opened the table, or its index. Names must last as long as the call. */
static inline void
MetricsNoteTable(Bytes table, Bytes index)
{
	if (metrics_call != NULL)
		MetricsCallMeetTable(table, index);
}

/* It returns so many items. */
static inline void
MetricsNoteItems(uint64 items)
{
	if (metrics_call != NULL)
		metrics_call->items += items;
}

#endif
