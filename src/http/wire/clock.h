/*
 * A clock that only goes forward, read once in each turn of a worker's loop.
 */
#ifndef DYNAMO_HTTP_CLOCK_H
#define DYNAMO_HTTP_CLOCK_H

#include "postgres.h"

/* Milliseconds, as of the last HttpClockTick. */
extern uint64 http_now;

/* Before anything else of a turn. */
extern void HttpClockTick(void);

#endif
