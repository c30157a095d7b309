/*
 * What requests ask for: operations, and whether the API serves.
 */
#ifndef DYNAMO_HTTP_SERVICE_H
#define DYNAMO_HTTP_SERVICE_H

#include "http/wire/request.h"

/* At a worker's start; `connected` is false where it could not connect to dynamo.database. */
extern void ServiceInit(bool connected);

/* After an error that dropping the extension might explain: it is looked for again. */
extern void ServiceForgetExtension(void);

/* Routes: the operation that X-Amz-Target names, and the health check. They raise errors. */
extern void AnswerOperation(HttpRequest *request);
extern void AnswerHealth(HttpRequest *request);

/* GET /health/live: the worker answers. */
extern void AnswerLive(HttpRequest *request);

/*
 * GET /health/ready: whether operations can be run now. Why not is told to who may read the
 * metrics.
 */
extern void AnswerReady(HttpRequest *request);

#endif
