/*
 * What the tables of the server consume: counters and token buckets in shared
 * memory, for each table and global index, for reads and for writes.
 *
 * They are there where the library is preloaded, from the server's start on.
 * Counters only grow. An entry that was not used for long may go when room is
 * needed for another, and all go when the server starts: a counter below what it
 * was has begun again at 0.
 */
#ifndef DYNAMO_CONSUMPTION_H
#define DYNAMO_CONSUMPTION_H

#include "postgres.h"

typedef enum ConsumptionKind
{
	CONSUMPTION_READ,
	CONSUMPTION_WRITE
} ConsumptionKind;

#define CONSUMPTION_KINDS 2

/* Seconds of unused throughput that a bucket keeps. */
#define BURST_SECONDS 300

/* A table or global index of the current database. */
typedef struct Consumer
{
	Oid relation;
	int index; /* the index's number; 0: the table, with its local indexes */
} Consumer;

typedef struct Consumption
{
	double units[CONSUMPTION_KINDS];
	int64 throttled[CONSUMPTION_KINDS]; /* requests, or single items of a batch */
	double tokens[CONSUMPTION_KINDS];   /* in the bucket */
	int64 rates[CONSUMPTION_KINDS];     /* by which the bucket fills; 0: there is none */
} Consumption;

typedef struct ConsumerConsumption
{
	Consumer consumer;
	Consumption consumption;
} ConsumerConsumption;

/* Defines the setting and, while the library is being preloaded, reserves the shared memory. */
extern void ConsumptionInit(void);

/* Whether there is shared memory; where not, nothing is counted. */
extern bool ConsumptionIsShared(void);

/*
 * Whether the bucket, filled at `rate` units a second, has anything left. True
 * where `rate` is 0: there is no limit.
 */
extern bool ConsumptionAdmits(Consumer consumer, ConsumptionKind kind, int64 rate);

/*
 * Counts the units, and takes them from the bucket where `rate` is not 0, even if
 * it has fewer: it is then empty until they have been refilled.
 */
extern void ConsumptionAdd(Consumer consumer, ConsumptionKind kind, double units, int64 rate);

/* Counts what was not admitted. */
extern void ConsumptionThrottled(Consumer consumer, ConsumptionKind kind, int64 count);

/* What the consumer has consumed; false, and zeros, where nothing is known of it. */
extern bool ConsumptionRead(Consumer consumer, Consumption *consumption);

/* All consumers of the current database that anything is known of; palloc'd. */
extern ConsumerConsumption *ConsumptionList(int *count);

#endif
