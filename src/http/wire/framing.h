/*
 * Whether a request's head says one thing only, so that every server and proxy on
 * its way reads the same requests from the same bytes.
 */
#ifndef DYNAMO_HTTP_FRAMING_H
#define DYNAMO_HTTP_FRAMING_H

#include "http/wire/request.h"

/*
 * The status to refuse the request with before its body is read, 0 where it is
 * sound: RFC 9112 and 9110, where the library's own parser lets more through.
 */
extern int FramingCheck(const HttpRequest *request, bool is_http_1_0);

/* The status of a head that the library has refused: 413 or 400. */
extern int FramingRefusal(const HttpRequest *request);

/* The number of Content-Length, 0 without one. The head is sound. */
extern uint64 FramingContentLength(const HttpRequest *request);

#endif
