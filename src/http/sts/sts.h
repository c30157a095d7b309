/*
 * The Security Token Service: AssumeRole and GetCallerIdentity of its version 2011-06-15.
 */
#ifndef DYNAMO_HTTP_STS_H
#define DYNAMO_HTTP_STS_H

#include "http/wire/request.h"

/*
 * Runs the action that the form in the request's body names, as the identity of its context, in
 * its transaction, and writes the answer, of which body and status are there. Raises errors.
 */
extern void StsRun(HttpRequest *request);

#endif
