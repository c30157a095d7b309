/*
 * The proxies whose word on their clients is taken.
 */
#ifndef DYNAMO_HTTP_PROXIES_H
#define DYNAMO_HTTP_PROXIES_H

#include "postgres.h"

#include <sys/socket.h>

/* At server start: dynamo.http_trusted_proxies. */
extern void ProxiesInit(void);

/* Whether any are trusted. */
extern bool ProxiesAreTrusted(void);

extern bool ProxyIsTrusted(const struct sockaddr_storage *address);

#endif
