/*
 * Watches the request that runs: for how long, whether its client is still there,
 * and whether the server wants to stop. What must end is cancelled.
 */
#ifndef DYNAMO_HTTP_CANCEL_H
#define DYNAMO_HTTP_CANCEL_H

#include "postgres.h"

#include "http/wire/request.h"

/* At a worker's start. */
extern void CancelInit(void);

/*
 * From now on until CancelUnwatch this request runs. Sets its deadline, which counts from
 * the start of its statement (GetCurrentStatementStartTimestamp).
 */
extern void CancelWatch(HttpRequest *request);
extern void CancelUnwatch(void);

/* What a request that was cancelled since its CancelWatch is told; NULL: it was not by us. */
extern const char *CancelReason(void);

/* Between requests: lets the clock rest when there was nothing to watch for a while. */
extern void CancelRest(void);

#endif
