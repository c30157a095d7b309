/*
 * Request bodies as they arrive, in memory that has a bound for all of a worker's
 * connections together.
 */
#ifndef DYNAMO_HTTP_BODY_H
#define DYNAMO_HTTP_BODY_H

#include "http/request.h"

typedef enum BodyResult
{
	BODY_TAKEN,
	BODY_TOO_LARGE,
	BODY_NO_MEMORY
} BodyResult;

/* Appends what has arrived of the body. Raises no error. */
extern BodyResult BodyAppend(HttpRequest *request, const char *data, size_t length);

/* Gives the body's memory back. */
extern void BodyFree(HttpRequest *request);

#endif
