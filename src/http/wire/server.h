/*
 * The HTTP server: turns what connections bring into whole requests, and answers
 * into bytes.
 */
#ifndef DYNAMO_HTTP_SERVER_H
#define DYNAMO_HTTP_SERVER_H

#include "http/wire/request.h"

#include <sys/socket.h>

/* What the worker is told of requests; it must not raise an error. */
typedef struct ServerEvents
{
	void (*arrived)(HttpRequest *request); /* it is whole, and queued */
	void (*ends)(HttpRequest *request);    /* answered or not; it is emptied next */
} ServerEvents;

/* At a worker's start. Raises an error where that fails. */
extern void ServerStart(const ServerEvents *events);

/* Whether connections speak TLS: while the worker lives, as the settings were at its start. */
extern bool ServerIsSecure(void);

/* Whether connections can be served: a server that is to speak TLS has a certificate. */
extern bool ServerIsReady(void);

/* The settings were read again. New connections have what files of TLS have now. */
extern void ServerReload(void);

/* A descriptor that may be read from when ServerRun has something to do. */
extern int ServerDescriptor(void);

/* Whether ServerRun has something to do at once, without news on its descriptor. */
extern bool ServerIsPending(void);

/* Milliseconds until ServerRun should be called, at most `wait`. */
extern long ServerWait(long wait);

/* Reads what has come, queues whole requests, and sends answers. Does not wait. */
extern void ServerRun(void);

/* Takes over a connected socket; closes it where it cannot, which returns false. Raises no error.
 */
extern bool ServerTake(int fd, const struct sockaddr *address, socklen_t length);

/* Connections that are held, each from ServerTake on. */
extern int ServerConnections(void);

/* The answer will take a while: the library need not ask for it. */
extern void ServerSetAside(HttpRequest *request);

/* The answer is complete and may be sent. Takes the request out of its list. */
extern void ServerAnswer(HttpRequest *request);

/* Ends the connection at once. Not to be called inside ServerRun. */
extern void ServerCut(struct HttpConnection *connection);

/* From now on each answer is the last of its connection. */
extern void ServerDrain(void);

#endif
