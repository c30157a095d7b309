/*
 * Hands answers to libh2o.
 */
#ifndef DYNAMO_HTTP_RESPONSE_H
#define DYNAMO_HTTP_RESPONSE_H

#include "http/request.h"

/* Packs the body where the client takes gzip and it is worth it. Before HttpRespond. */
extern void HttpPack(HttpRequest *request);

/* Sends the answer. The body stays in place until libh2o disposes of the request. */
extern void HttpRespond(HttpRequest *request);

#endif
