/*
 * How long clients may take: to bring a request, and to take its answer.
 */
#ifndef DYNAMO_HTTP_DEADLINES_H
#define DYNAMO_HTTP_DEADLINES_H

#include "http/wire/connection.h"

/* Milliseconds of a clock that only goes forward, as of the last DeadlinesTick. */
extern uint64 http_now;

/* Once in each turn of the worker's loop, before anything else. */
extern void DeadlinesTick(void);

/* The client has to do something else from now on. */
extern void DeadlinesStart(HttpConnection *connection);

/* Cuts the connections whose clients took too long. */
extern void DeadlinesEnforce(void);

/* Milliseconds until DeadlinesEnforce should be called, at most `wait`. */
extern long DeadlinesWait(long wait);

#endif
