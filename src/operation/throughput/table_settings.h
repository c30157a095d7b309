/*
 * What a table has beside its keys and indexes: billing, throughput, tags,
 * encryption, class, protection. Storage keeps it as the jsonb
 * TableDefinition.settings, which no other part reads.
 */
#ifndef DYNAMO_TABLE_SETTINGS_H
#define DYNAMO_TABLE_SETTINGS_H

#include "operation/throughput/resource_tags.h"
#include "operation/throughput/scalable_target.h"
#include "operation/throughput/table_insights.h"
#include "storage/relation/table.h"

/*
 * Throughput of a table or of a global index. 0: not
 * set. Times are milliseconds since 1970.
 */
typedef struct Capacity
{
	int64 read; /* provisioned */
	int64 write;
	int64 last_increase;
	int64 last_decrease;
	int64 decreases_today; /* those of the UTC day of last_decrease */
	int64 max_read;        /* of OnDemandThroughput */
	int64 max_write;
	int64 warm_read; /* of WarmThroughput */
	int64 warm_write;
	bool updated; /* by the request that is answered, and not kept: an index's */
	bool warmed;  /* the same of WarmThroughput */
} Capacity;

typedef struct IndexSettings
{
	Bytes name;
	Capacity capacity;
} IndexSettings;

/* How many switches to on demand there may be in a day. */
#define ON_DEMAND_SWITCHES 4

/* What a table was restored from; `time` 0: it was not. */
typedef struct RestoreSource
{
	Bytes table;  /* its ARN */
	Bytes backup; /* the same; data NULL: to a point in time */
	int64 time;   /* that the items are of; milliseconds since 1970 */
} RestoreSource;

typedef struct TableSettings
{
	bool on_demand;                               /* BillingMode PAY_PER_REQUEST */
	int64 became_on_demand;                       /* when; 0: never was */
	int64 on_demand_switches[ON_DEMAND_SWITCHES]; /* the last ones, in order; 0: none yet */
	Capacity capacity;
	int index_count; /* global indexes only */
	IndexSettings *indexes;
	Bytes table_class; /* data NULL: never set */
	int64 table_class_changed;
	bool deletion_protection;
	Bytes encryption_key;     /* ARN of the KMS key; data NULL: SSE is not asked for */
	bool encryption_updating; /* in the answer to its change, and not kept */
	ResourceTags tags;
	ScalableTargets scalable;
	TableInsights insights;
	RestoreSource restored;
} TableSettings;

/* Of the table's current settings; palloc'd. */
extern TableSettings *TableSettingsRead(const TableDefinition *definition);
extern TableSettings *TableSettingsFromJsonb(Jsonb *jsonb); /* NULL: the defaults */
extern Jsonb *TableSettingsWrite(const TableSettings *settings);

/* An index's throughput; NULL where it has none. */
extern Capacity *IndexCapacity(const TableSettings *settings, Bytes index);
/* The same, added with zeros where there is none. */
extern Capacity *IndexCapacityAdd(TableSettings *settings, Bytes index);
extern void IndexCapacityRemove(TableSettings *settings, Bytes index);

/* Now, in milliseconds since 1970. */
extern int64 CurrentMilliseconds(void);

#endif
