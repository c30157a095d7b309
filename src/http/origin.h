/*
 * Cross-origin requests of web pages (CORS).
 */
#ifndef DYNAMO_HTTP_ORIGIN_H
#define DYNAMO_HTTP_ORIGIN_H

#include "http/request.h"

/* No Origin, as of any client but a browser, or one on this machine. */
extern bool OriginIsTrusted(const HttpRequest *request);

/* Adds the Access-Control headers to the response where the request has a trusted Origin. */
extern void OriginAddHeaders(HttpRequest *request);

#endif
