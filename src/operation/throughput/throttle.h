/*
 * Holding requests to the throughput of their tables and global indexes. Each has
 * a token bucket for reads and one for writes (operation/throughput/consumption.h).
 *
 * A request is admitted while the bucket of every table and index that it touches
 * has anything left, and then pays what it costs, which is only known once the
 * items have been seen: the bucket may be overdrawn, and admits no request until that
 * is made up for. Local indexes count with their table. A write touches the global
 * indexes whose entries it changes: one that has nothing left throttles it.
 *
 * Where throughput is not tracked these do nothing, and cost a comparison.
 */
#ifndef DYNAMO_THROTTLE_H
#define DYNAMO_THROTTLE_H

#include "compat.h"
#include "error/error.h"
#include "operation/throughput/capacity.h"
#include "operation/throughput/capacity_meter.h"

/* As many as a table may have. */
#define MAX_THROTTLED_INDEXES 20

/* The table, or the global indexes of it, that have nothing left. */
typedef struct Throttle
{
	const ConsumedCapacity *capacity; /* of the request, or the part of it; NULL: none was met */
	int index_count;                  /* 0: it is the table itself */
	const TableIndex *indexes[MAX_THROTTLED_INDEXES];
} Throttle;

/*
 * Whether the index (NULL, or a local one: the table) has anything left; where
 * not, counts that and describes it in `throttle`, which points to `capacity`.
 */
extern bool ThrottleAdmits(const ConsumedCapacity *capacity, const TableIndex *index,
                           Throttle *throttle);

/* The same of all global indexes that consumed anything by `capacity`. */
extern bool ThrottleAdmitsIndexes(const ConsumedCapacity *capacity, Throttle *throttle);

/* The same as errors, where throughput is tracked. */
extern void ThrottleCheckTracked(const ConsumedCapacity *capacity, const TableIndex *index);
extern void ThrottleCheckTrackedIndexes(const ConsumedCapacity *capacity);

static inline void
ThrottleCheck(const ConsumedCapacity *capacity, const TableIndex *index)
{
	if (unlikely(capacity->throughput != NULL))
		ThrottleCheckTracked(capacity, index);
}

static inline void
ThrottleCheckIndexes(const ConsumedCapacity *capacity)
{
	if (unlikely(capacity->throughput != NULL))
		ThrottleCheckTrackedIndexes(capacity);
}

/* Counts further items that this throttles. */
extern void ThrottleCount(const Throttle *throttle, int64 count);

/* ProvisionedThroughputExceededException or ThrottlingException, with the ThrottlingReasons. */
pg_noreturn extern void ThrottleRaise(const Throttle *throttle);

/* The exception that it is, and its text. */
extern DynamoException ThrottleException(const Throttle *throttle);
extern const char *ThrottleMessage(const Throttle *throttle);

/* The code of a transaction's CancellationReason, or of an error in a batch of statements. */
extern const char *ThrottleReasonCode(const Throttle *throttle);

/*
 * Takes what was consumed from the buckets, of the table itself so many times. A transaction of
 * PostgreSQL that is rolled back gives nothing back.
 */
extern void ThrottleSettleTracked(const ConsumedCapacity *capacity, int times);

static inline void
ThrottleSettle(const ConsumedCapacity *capacity, int times)
{
	if (unlikely(capacity->throughput != NULL))
		ThrottleSettleTracked(capacity, times);
	if (unlikely(ConsumedCapacityIsCounted(capacity)))
		CapacityMeter(capacity, times);
}

/* Takes so many units of the table, for a part of a request. */
extern void ThrottleTake(const ConsumedCapacity *capacity, double units);

#endif
