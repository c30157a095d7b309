/*
 * Targets of triggers: what is called with events.
 *
 * A target is text: "function SCHEMA.NAME(jsonb)", an URL of http or https, which is sent the event
 * by POST, or "lambda:URL" of Lambda's Invoke API, as
 * lambda:https://HOST/2015-03-31/functions/NAME/ invocations.
 */
#ifndef DYNAMO_TRIGGER_TARGET_H
#define DYNAMO_TRIGGER_TARGET_H

#include "trigger/trigger_catalog.h"

#define LAMBDA_TARGET "lambda:"

/* Whether a target is called over HTTP. */
extern bool TargetIsEndpoint(const EventTrigger *trigger);

/*
 * Reads the target that the trigger's owner wants, and sets its function and the text as it is
 * kept. Raises errors for what is no target, is not there, or is not the owner's to call.
 */
extern void TargetSet(EventTrigger *trigger, const char *target);

/* NULL, or why the trigger's owner may not call its function now. */
extern const char *FunctionFault(const EventTrigger *trigger);

/* The function's name as SQL calls it, palloc'd; it exists. */
extern char *FunctionSqlName(Oid function);

#endif
