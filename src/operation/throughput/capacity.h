/*
 * Capacity units, in the service's arithmetic (developer guide, "DynamoDB
 * provisioned capacity mode", "Working with global secondary indexes"): reads in
 * units of 4 KB, half of it when eventually consistent; writes in units of 1 KB
 * by the larger of the old and the new item, and again for every index whose
 * entry changes, twice where its key changes.
 */
#ifndef DYNAMO_CAPACITY_H
#define DYNAMO_CAPACITY_H

#include "model/structure.h"
#include "operation/throughput/entry_keys.h"
#include "operation/throughput/throughput_limits.h"
#include "storage/read/read.h"

typedef enum CapacityDetail
{
	CAPACITY_NONE,
	CAPACITY_TOTAL,
	CAPACITY_INDEXES
} CapacityDetail;

/* What one request consumed of one table. */
typedef struct ConsumedCapacity
{
	CapacityDetail detail;
	Bytes table_name; /* as the request spelled it */
	Table *table;
	ConsumptionKind kind;
	const TableThroughput *throughput; /* NULL: units are not tracked */
	double table_units;
	double *index_units; /* one for each index of the definition; NULL: units are not counted */
	/* What it is about, for those that count keys: an item, or a range; NULL: neither. */
	const ItemKey *key;
	const RangeQuery *range;
	EntryKeys **entry_keys; /* by index, where it changes an entry and keys are counted, or NULL */
	const char *units_member; /* repeats the units, as transactions do; NULL: none */
} ConsumedCapacity;

/* ReturnConsumedCapacity of a request. */
extern CapacityDetail CapacityDetailOf(const Structure *request);

extern ConsumedCapacity ConsumedCapacityStart(CapacityDetail detail, Bytes table_name, Table *table,
                                              ConsumptionKind kind);

/* Whether the units are counted: the request asks for them, or the table's are tracked. */
static inline bool
ConsumedCapacityIsCounted(const ConsumedCapacity *capacity)
{
	return capacity->index_units != NULL;
}

/* Units for reading so many bytes at once; at least one unit's worth. */
extern double ReadUnits(int64 bytes, bool consistent);

/* Begins anew with the same request, of which nothing has been counted. */
extern void ConsumedCapacityRestart(ConsumedCapacity *capacity);

/*
 * Adds what a write costs that replaced `before` by `after` (NULL: there is
 * none). Does nothing where units are not counted.
 */
extern void ConsumedCapacityAddWrite(ConsumedCapacity *capacity, const Jsonb *before,
                                     const Jsonb *after);

/*
 * The same of a write that failed its condition: the table alone, by the larger
 * of what there is and what would have come (developer guide, "DynamoDB read and
 * write operations").
 */
extern void ConsumedCapacityAddFailedWrite(ConsumedCapacity *capacity, const Jsonb *before,
                                           const Jsonb *after);

extern void ConsumedCapacityAddIndex(ConsumedCapacity *capacity, const TableIndex *index,
                                     double units);

/*
 * Adds what a part of the request consumed of the same table: of the table itself `times` times, of
 * its indexes once.
 */
extern void ConsumedCapacityAdd(ConsumedCapacity *capacity, const ConsumedCapacity *part,
                                int times);

/* Writes one ConsumedCapacity object. */
extern void ConsumedCapacityWrite(JsonWriter *writer, const ConsumedCapacity *capacity);

/* Writes the member ConsumedCapacity where it was asked for. */
extern void ConsumedCapacityMember(JsonWriter *response, const ConsumedCapacity *capacity);

#endif
