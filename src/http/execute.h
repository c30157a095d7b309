/*
 * Runs requests to their answers.
 */
#ifndef DYNAMO_HTTP_EXECUTE_H
#define DYNAMO_HTTP_EXECUTE_H

#include "http/wire/request.h"

/* `connected` is false in a worker that could not connect to dynamo.database. */
extern void HttpExecuteInit(bool connected);

/*
 * Answers the request, which is in no list: request->status and body are set on
 * return. What an operation has written is committed or rolled back on return; it
 * may not be durable yet. Errors are answers too, never raised. False where it has
 * met a lock of another session: it is among the parked requests then.
 */
extern bool HttpExecute(HttpRequest *request);

/*
 * After the last request that is ready, and better after its answer: ends the
 * transaction that reads share. It has written nothing, so no answer depends on that.
 */
extern void HttpExecuteEnd(void);

#endif
