/*
 * The sockets that a worker listens on, and its connections.
 */
#ifndef DYNAMO_HTTP_LISTENER_H
#define DYNAMO_HTTP_LISTENER_H

#include "postgres.h"

/*
 * Listens on dynamo.http_listen_addresses. The workers share the port, each with
 * sockets of its own. `worker` is the slot's number. False where the port is taken; the log says so
 * then.
 */
extern bool ListenerOpen(int worker);

/* Takes no more connections; those that the kernel has already accepted go to other workers. */
extern void ListenerClose(void);

/* Once in each turn of the worker's loop: takes up listening again, and logs what went wrong. */
extern void ListenerTurn(void);

/* Milliseconds until ListenerTurn should be called, at most `wait`. */
extern long ListenerWait(long wait);

#endif
