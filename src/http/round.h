/*
 * Rounds: the requests that are ready run together, and are answered together
 * when what they show is durable. Meanwhile the next round may run.
 */
#ifndef DYNAMO_HTTP_ROUND_H
#define DYNAMO_HTTP_ROUND_H

#include "postgres.h"

/* At a worker's start. `worker` is its slot's number. */
extern void HttpRoundInit(int worker);

/* Whether there are requests to run, and memory for their answers. */
extern bool HttpRoundIsDue(void);

/* Runs the requests that are ready. */
extern void HttpRoundRun(void);

/*
 * Requests that have run may still have to ask to be made durable: HttpRoundAsk
 * does so, when there are no others to be run.
 */
extern bool HttpRoundIsUnasked(void);
extern void HttpRoundAsk(void);

/*
 * Gives the answers that have become durable to the server; whether there were
 * some. The worker's latch is set when more may be.
 */
extern bool HttpRoundAnswer(void);

#endif
