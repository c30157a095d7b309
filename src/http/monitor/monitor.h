/*
 * What monitoring asks for: GET /metrics, and who may read it.
 */
#ifndef DYNAMO_HTTP_MONITOR_H
#define DYNAMO_HTTP_MONITOR_H

#include "http/wire/request.h"

/* Defines dynamo.metrics_token_file. */
extern void MonitorInit(void);

/*
 * Whether the request has the token of dynamo.metrics_token_file in "Authorization: Bearer" or,
 * where dynamo.authentication is off and no file is set, comes from whom may do all that there is.
 */
extern bool MonitorIsAllowed(const HttpRequest *request);

/* Answers with the metrics, in the format that the request accepts, or with 401. */
extern void AnswerMetrics(HttpRequest *request);

#endif
