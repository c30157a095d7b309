/*
 * What pg_stat_activity shows of an HTTP worker: the operation and tables that it runs or, while it
 * has none to run, what the answers that it has wait for.
 */
#ifndef DYNAMO_HTTP_ACTIVITY_H
#define DYNAMO_HTTP_ACTIVITY_H

#include "http/wire/request.h"

/* The worker is at work on this. */
extern void ActivityReport(const char *text);

/* The same of the request's operation, when its input has been read. Nothing of items is shown. */
extern void ActivityReportOperation(const HttpRequest *request);

/* After each round: the worker is idle, unless answers still wait to be durable. */
extern void ActivityEndRound(void);

/* What the worker waits for when it waits now: durability, or the next request. */
extern uint32 ActivityWaitEvent(void);

#endif
