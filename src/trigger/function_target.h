/*
 * Calling SQL functions with events.
 */
#ifndef DYNAMO_FUNCTION_TARGET_H
#define DYNAMO_FUNCTION_TARGET_H

#include "trigger/batch_outcome.h"

/* Adds what the calls want of the process, at its start. */
extern void FunctionTargetInit(void);

/*
 * Calls the trigger's function with the event, as the trigger's owner and restricted as in REINDEX
 * of another's table, in a subtransaction: where it fails nothing of it has happened. It is
 * cancelled after the trigger's timeout; where it goes on all the same the process ends after
 * another one. FunctionFault has been asked.
 */
extern CallResult FunctionCall(const EventTrigger *trigger, const EventBatch *batch);

/* Whether this process is in a call of the trigger's function. */
extern bool FunctionIsCalledFor(int64 trigger);

#endif
