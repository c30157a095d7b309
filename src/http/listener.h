/*
 * The sockets that a worker listens on, and its connections.
 */
#ifndef DYNAMO_HTTP_LISTENER_H
#define DYNAMO_HTTP_LISTENER_H

#include "postgres.h"

#include "http/evloop.h"

/*
 * Listens on dynamo.http_listen_addresses. The workers share the port, each with
 * sockets of its own. False where the port is taken; the log says so then.
 */
extern bool ListenerOpen(h2o_context_t *context, h2o_hostconf_t **hosts);

/* Takes no more connections. */
extern void ListenerClose(void);

/* Logs what went wrong in libh2o's callbacks, which may not. */
extern void ListenerReport(void);

#endif
