/*
 * What answers a request, by its method and path.
 */
#ifndef DYNAMO_HTTP_ROUTE_H
#define DYNAMO_HTTP_ROUTE_H

#include "http/wire/request.h"

/* Answers a request, in HttpExecute; may raise errors. */
typedef void (*Route)(HttpRequest *request);

/* Never NULL: where there is no such method and path it answers that. */
extern Route RouteOf(const HttpRequest *request);

#endif
