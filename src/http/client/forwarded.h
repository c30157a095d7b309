/*
 * Where a request comes from, by its connection or by the word of trusted proxies.
 */
#ifndef DYNAMO_HTTP_FORWARDED_H
#define DYNAMO_HTTP_FORWARDED_H

#include "http/wire/request.h"

#include <sys/socket.h>

/*
 * The client's address: that of the connection or, where a proxy of dynamo.http_trusted_proxies
 * has it, the last address of X-Forwarded-For that is none of theirs. In `found`, or the
 * connection's own; NULL: not known. Raises no error.
 */
extern const struct sockaddr *HttpClientAddress(const HttpRequest *request,
                                                struct sockaddr_storage *found);

/* Whether the client speaks TLS: to this server, or to a trusted proxy that says so. */
extern bool HttpIsSecure(const HttpRequest *request);

/* Whether the connection comes from another machine, be it a proxy. */
extern bool HttpIsRemote(const HttpRequest *request);

#endif
