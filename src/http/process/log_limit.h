/*
 * Keeps a condition that repeats from filling the server's log.
 */
#ifndef DYNAMO_HTTP_LOG_LIMIT_H
#define DYNAMO_HTTP_LOG_LIMIT_H

#include "postgres.h"

#include "datatype/timestamp.h"

/* Of one condition in one process; all zero at first. */
typedef struct LogLimit
{
	TimestampTz next;
	int64 passed_over;
} LogLimit;

/*
 * Whether the condition, which is met now, is to be logged: once a minute.
 * *passed_over is how often it was not, since it last was.
 */
extern bool LogIsDue(LogLimit *limit, int64 *passed_over);

#endif
