/*
 * How operations count: see metrics/series.h.
 *
 * A call from SQL counts when it has run. An HTTP request counts when it is answered, by what its
 * context has kept of it.
 */
#ifndef DYNAMO_METRICS_METERING_H
#define DYNAMO_METRICS_METERING_H

#include "metrics/call.h"

typedef struct Metering
{
	MetricsCall call;
	TimestampTz begun; /* 0: not counted here */
} Metering;

struct ExceptionInfo;

/* An operation begins, of this name, a constant; `counts`: when it has run. */
extern void MeteringBegin(Metering *metering, const char *operation, bool counts);

/*
 * It has run, while its tables are still there; also after an error, in PG_FINALLY, where `failed`
 * is true. `bytes` is of the answer. Where it does not count, *series is its series.
 */
extern void MeteringEnd(Metering *metering, int *series, bool failed, uint64 bytes);

/*
 * Counts a request that had an error: an exception, or NULL for one that is none of dynamo's. By
 * CloudWatch's rules (developer guide, "DynamoDB metrics and dimensions", UserErrors) throttled
 * requests and failed conditions are no user errors.
 */
extern void MeteringFailure(int series, const struct ExceptionInfo *exception, bool system);

#endif
