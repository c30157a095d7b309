/*
 * Answers that wait until what they show is durable.
 */
#ifndef DYNAMO_HTTP_HELD_H
#define DYNAMO_HTTP_HELD_H

#include "http/wire/request.h"

/*
 * Takes a request that has run, in the order of running. Where it depends on what
 * is stored its answer waits until WAL is durable up to `end`, which is never less
 * than before.
 */
extern void HeldAdd(HttpRequest *request, XLogRecPtr end);

/*
 * The next request that is to be answered, still linked; NULL: none is. Where an
 * answer has waited for dynamo.http_durability_timeout, ServiceUnavailable takes
 * its place.
 */
extern HttpRequest *HeldNext(void);

/* Whether answers wait for what they show to be durable. */
extern bool HeldWait(void);

/* How long until the next answer has waited too long; INT_MAX where none waits. */
extern int HeldMilliseconds(void);

#endif
