/*
 * Rounds: the requests that are ready run together, become durable together,
 * and are answered together.
 */
#ifndef DYNAMO_HTTP_ROUND_H
#define DYNAMO_HTTP_ROUND_H

#include "postgres.h"

#include "http/evloop.h"

/*
 * Runs the requests that wait and sends their answers. False where a shutdown
 * kept them from being durable: nothing is sent then, and the worker must exit.
 */
extern bool HttpRoundRun(h2o_loop_t *loop);

#endif
