/*
 * The log of operations that take long.
 */
#ifndef DYNAMO_SLOW_LOG_H
#define DYNAMO_SLOW_LOG_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "operation/operation.h"

/* Milliseconds from which on an operation is logged; -1: none is. */
extern int log_min_duration;

/* Defines dynamo.log_min_duration. */
extern void SlowLogInit(void);

/* Whether what has lasted from `start` until `end` is to be logged. */
extern bool SlowLogIsDue(TimestampTz start, TimestampTz end);

/*
 * What the log tells of a request instead of the request: its operation, the tables that it names,
 * and of an operation on one item the hash of its key. Palloc'd. In the operation's transaction;
 * raises what opening the table for the operation would raise.
 */
extern char *SlowLogNote(const Operation *operation, const Structure *request);

#endif
