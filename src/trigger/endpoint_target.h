/*
 * Calling endpoints with events: webhooks, and Lambda's Invoke API (Lambda API reference, Invoke).
 */
#ifndef DYNAMO_ENDPOINT_TARGET_H
#define DYNAMO_ENDPOINT_TARGET_H

#include "trigger/batch_outcome.h"
#include "trigger/endpoint/endpoint_call.h"

/*
 * Starts a call with the event, which is copied. Runs in a transaction; sets `fault`, palloc'd, and
 * returns NULL where the trigger's credential is not there.
 */
extern EndpointCall *EndpointTargetStart(EndpointCalls *calls, const EventTrigger *trigger,
                                         const EventBatch *batch, void *tag, const char **fault);

/* What came of it; points into the result. */
extern CallResult EndpointTargetResult(const EndpointResult *result);

#endif
