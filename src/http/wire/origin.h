/*
 * Cross-origin requests of web pages (CORS).
 */
#ifndef DYNAMO_HTTP_ORIGIN_H
#define DYNAMO_HTTP_ORIGIN_H

#include "http/wire/request.h"

/* No Origin, as of any client but a browser, or one on this machine. */
extern bool OriginIsTrusted(const HttpRequest *request);

/*
 * The page comes from this server by the name that the request calls it by. Only where all requests
 * are signed: elsewhere a stranger's name may be made to resolve to this machine, and what its
 * pages send is run. `secure`: whether the client speaks TLS.
 */
extern bool OriginIsOwn(const HttpRequest *request, bool secure);

#define ORIGIN_MAX_FIELDS 6

/*
 * Writes the Access-Control headers of the answer, names and values ended by NUL, where
 * the request has a trusted Origin; how many there are.
 */
extern int OriginFields(const HttpRequest *request, HttpField *fields);

#endif
