/*
 * How long clients may take: to bring a request, and to take its answer.
 */
#ifndef DYNAMO_HTTP_DEADLINES_H
#define DYNAMO_HTTP_DEADLINES_H

#include "postgres.h"

/* Cuts the connections whose clients took too long. */
extern void DeadlinesEnforce(void);

/* Milliseconds until DeadlinesEnforce should be called, at most `wait`. */
extern long DeadlinesWait(long wait);

#endif
