/*
 * How HTTP requests count in the metrics: by when they have arrived and when their answer goes out.
 *
 * None of these raises an error.
 */
#ifndef DYNAMO_HTTP_COUNTING_H
#define DYNAMO_HTTP_COUNTING_H

#include "http/wire/request.h"

/* It is whole and waits for its turn. */
extern void CountingArrive(HttpRequest *request);

/* It has met a lock, and is parked; its attempt is known still. */
extern void CountingPark(HttpRequest *request, TimestampTz now);

/* Its answer goes out. */
extern void CountingAnswer(HttpRequest *request);

#endif
