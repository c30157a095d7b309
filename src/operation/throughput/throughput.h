/*
 * Billing modes and throughput: rules of requests, and what the settings keep.
 * Requests are held to them in throttle.h, if at all.
 */
#ifndef DYNAMO_THROUGHPUT_H
#define DYNAMO_THROUGHPUT_H

#include "model/structure.h"
#include "operation/throughput/table_settings.h"

/* The least that the service says of a table or index on demand. */
#define ON_DEMAND_WARM_READ 12000
#define ON_DEMAND_WARM_WRITE 4000

/* CreateTable's BillingMode, ProvisionedThroughput, OnDemandThroughput and WarmThroughput. */
extern void ThroughputCreate(const Structure *request, TableSettings *settings);

/* The same of a new global index, under the table's billing mode; `with_table`: of CreateTable. */
extern void IndexThroughputCreate(const Structure *index, bool with_table, TableSettings *settings);

/*
 * The same of a table that is restored, whose settings are those of its source, and
 * BillingModeOverride, ProvisionedThroughputOverride and OnDemandThroughputOverride. Global indexes
 * follow the billing mode; one without units of its own gets the table's.
 */
extern void ThroughputRestore(const Structure *request, TableSettings *settings);

/* UpdateTable's. Global indexes follow a change of the billing mode. */
extern void ThroughputUpdate(const Structure *request, const TableDefinition *definition,
                             TableSettings *settings);

/* UpdateTable's GlobalSecondaryIndexUpdates.Update. */
extern void IndexThroughputUpdate(const Structure *update, TableSettings *settings);

/*
 * What a table or index can take at once, as the service describes it: the most
 * that was ever provisioned, asked for as WarmThroughput or, on demand, the least
 * of that mode.
 */
extern int64 WarmReadUnits(const TableSettings *settings, const Capacity *capacity);
extern int64 WarmWriteUnits(const TableSettings *settings, const Capacity *capacity);

#endif
