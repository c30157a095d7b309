/*
 * HTTP requests in the audit.
 *
 * While nothing is recorded each of these is a comparison.
 */
#ifndef DYNAMO_HTTP_CALL_RECORD_H
#define DYNAMO_HTTP_CALL_RECORD_H

#include "http/wire/request.h"

/* In an attempt, in its transaction: notes who asks; then, when its input is read, for what. */
extern void CallRecordBegin(HttpRequest *request);
extern void CallRecordAsk(HttpRequest *request);

/* It has run: with which error, or NULL. `input` is still there. Raises no error. */
extern void CallRecordRun(HttpRequest *request, const ErrorData *error);

/* It is answered, or its connection has gone: records it. Raises no error. */
extern void CallRecordEnd(HttpRequest *request);

#endif
