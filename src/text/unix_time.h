/*
 * Times as the API has them, since 1970; PostgreSQL's are since 2000.
 */
#ifndef DYNAMO_UNIX_TIME_H
#define DYNAMO_UNIX_TIME_H

#include "postgres.h"

#include "datatype/timestamp.h"

/* Of PostgreSQL's epoch. */
#define UNIX_SECONDS_OF_EPOCH ((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY)

static inline int64
UnixMilliseconds(TimestampTz time)
{
	return time / 1000 + UNIX_SECONDS_OF_EPOCH * 1000;
}

/* The time that is so many milliseconds. */
static inline TimestampTz
TimestampOfUnix(int64 milliseconds)
{
	return (milliseconds - UNIX_SECONDS_OF_EPOCH * 1000) * 1000;
}

#endif
