/*
 * Where the HTTP API is reached.
 */
#ifndef DYNAMO_HTTP_ENDPOINT_H
#define DYNAMO_HTTP_ENDPOINT_H

#include "postgres.h"

/* The first address that it listens on, with its port unless it is off; palloc'd. */
extern char *HttpListenAddress(void);

#endif
