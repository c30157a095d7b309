/*
 * Hands answers to the HTTP library.
 */
#ifndef DYNAMO_HTTP_RESPONSE_H
#define DYNAMO_HTTP_RESPONSE_H

#include "http/wire/request.h"

struct MHD_Connection;

/* Packs the body where the client takes it so and it is worth it. Before HttpRespond. */
extern void HttpPack(HttpRequest *request);

/*
 * Queues the answer in the library, as the last of its connection where `last`. The
 * body must stay in place until it is sent. False where there is no memory; raises no
 * error.
 */
extern bool HttpRespond(HttpRequest *request, struct MHD_Connection *wire, bool last);

#endif
