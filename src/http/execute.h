/*
 * Runs one request to its answer.
 */
#ifndef DYNAMO_HTTP_EXECUTE_H
#define DYNAMO_HTTP_EXECUTE_H

#include "http/request.h"

/* `connected` is false in a worker that could not connect to dynamo.database. */
extern void HttpExecuteInit(bool connected);

/*
 * Answers the request: request->status and body are set on return. An operation
 * runs in a transaction of its own, committed or rolled back on return; it may
 * not be durable yet. Errors are answers too, never raised.
 */
extern void HttpExecute(HttpRequest *request);

#endif
