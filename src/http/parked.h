/*
 * Requests that have met a lock of another session. Their transactions are over,
 * so they hold nothing; they run again, from the start, when the lock has gone.
 */
#ifndef DYNAMO_PARKED_H
#define DYNAMO_PARKED_H

#include "postgres.h"

#include "http/wire/request.h"

extern int http_parked_requests;

/* At a worker's start. */
extern void HttpParkedInit(void);

/*
 * Keeps a request, which is in no list, that has met a lock. The settings say how long
 * it may wait in all. In its last try
 * the lock raises its error. False where the request must be answered now.
 */
extern bool HttpPark(HttpRequest *request, const LockWait *wait);

/* Of a request that ends, and that was parked once; it may be parked now, and is in no list then.
 */
extern void HttpParkingEnd(HttpRequest *request);

/* Puts those that are due before the requests that are ready, in the order of their arrival. */
extern void HttpParkedRun(void);

/* Milliseconds until HttpParkedRun is to be called again, at most `wait`. */
extern long HttpParkedWait(long wait);

/* At shutdown: those that are parked get their last try, and none is parked any more. */
extern void HttpParkedEnd(void);

#endif
