/*
 * Gathering: how long the flusher waits for further requests before it flushes.
 */
#ifndef DYNAMO_HTTP_GATHER_H
#define DYNAMO_HTTP_GATHER_H

#include "postgres.h"

/* At the flusher's start. */
extern void GatherInit(void);

/* In a worker: whether the flusher need not wait, or no longer. */
extern bool GatherIsDone(void);

/* Before a flush, when something is to be flushed. */
extern void GatherWait(void);

/* Around a flush. */
extern void GatherFlushBegins(void);
extern void GatherFlushEnds(void);

#endif
