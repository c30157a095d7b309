/*
 * What tables and global indexes may consume a second, as far as that is
 * enforced: the setting dynamo.enforce_throughput, and the limits, which come
 * from a table's settings and are kept with what is cached of the table.
 */
#ifndef DYNAMO_THROUGHPUT_LIMITS_H
#define DYNAMO_THROUGHPUT_LIMITS_H

#include "metrics/consumption.h"
#include "storage/table.h"

/* Units a second, for reads and for writes; 0: no limit. */
typedef struct ThroughputLimit
{
	int64 rates[CONSUMPTION_KINDS];
} ThroughputLimit;

struct TableThroughput
{
	bool on_demand; /* the limits are the maxima of OnDemandThroughput, else what is provisioned */
	ThroughputLimit table;
	ThroughputLimit indexes[FLEXIBLE_ARRAY_MEMBER]; /* one for each of the definition's; 0: local */
};

extern bool enforce_throughput;

/* Defines dynamo.enforce_throughput. */
extern void ThroughputLimitsInit(void);

/* Lives as long as the table. */
extern const TableThroughput *TableThroughputOf(Table *table);

/* The table's limits, or NULL where nothing is to be known of what it consumes. */
static inline const TableThroughput *
TableThroughputTracked(Table *table)
{
	if (likely(!enforce_throughput))
		return NULL;
	return TableThroughputOf(table);
}

#endif
