/*
 * Says in the log of whose request an error is.
 */
#ifndef DYNAMO_HTTP_TRACE_H
#define DYNAMO_HTTP_TRACE_H

#include "http/wire/request.h"

/*
 * From here on messages have a CONTEXT that tells the request, its client, and
 * what it asks for, as its attempt has them. TraceEnd is called in the same function, also after an
 * error.
 */
extern void TraceBegin(HttpRequest *request, ErrorContextCallback *callback);
extern void TraceEnd(ErrorContextCallback *callback);

#endif
