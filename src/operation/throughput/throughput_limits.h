/*
 * What tables and global indexes may consume a second, as far as that is
 * enforced: the setting dynamo.enforce_throughput, and the limits, which come
 * from a table's settings and are kept with what is cached of the table. A table
 * with a scaling policy or Contributor Insights is tracked, but not limited, where
 * nothing is enforced.
 */
#ifndef DYNAMO_THROUGHPUT_LIMITS_H
#define DYNAMO_THROUGHPUT_LIMITS_H

#include "operation/throughput/consumption.h"
#include "operation/throughput/table_insights.h"
#include "storage/relation/table.h"

/* Units a second, for reads and for writes; 0: no limit. */
typedef struct ThroughputLimit
{
	int64 rates[CONSUMPTION_KINDS];
	InsightsMode insights; /* and which of its keys are counted */
} ThroughputLimit;

typedef struct TableThroughput
{
	bool tracked;     /* a policy wants to know what is consumed, or keys are counted */
	bool counts_keys; /* of the table or of an index */
	bool on_demand; /* the limits are the maxima of OnDemandThroughput, else what is provisioned */
	ThroughputLimit table;
	ThroughputLimit indexes[FLEXIBLE_ARRAY_MEMBER]; /* one for each of the definition's; 0: local */
} TableThroughput;

extern bool enforce_throughput;

/* Defines dynamo.enforce_throughput. */
extern void ThroughputLimitsInit(void);

/* Attaches to the table what TableThroughputOf gives. */
extern void TableThroughputLoad(Table *table);

/* Lives as long as the table. */
static inline const TableThroughput *
TableThroughputOf(Table *table)
{
	if (unlikely(table->attachment == NULL))
		TableThroughputLoad(table);
	return table->attachment;
}

/* The table's limits, or NULL where nothing is to be known of what it consumes. */
static inline const TableThroughput *
TableThroughputTracked(Table *table)
{
	const TableThroughput *throughput = TableThroughputOf(table);

	return unlikely(enforce_throughput || throughput->tracked) ? throughput : NULL;
}

#endif
