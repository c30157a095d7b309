/*
 * Request bodies as they arrive, in memory that has a bound for all of a worker's
 * connections together.
 */
#ifndef DYNAMO_HTTP_BODY_H
#define DYNAMO_HTTP_BODY_H

#include "http/wire/request.h"

typedef enum BodyResult
{
	BODY_TAKEN,
	BODY_WAITS, /* nothing is taken; the connection must not be read until BodyWake */
	BODY_TOO_LARGE,
	BODY_NO_MEMORY
} BodyResult;

/* Appends what has arrived of the body. Raises no error. */
extern BodyResult BodyAppend(HttpRequest *request, const char *data, size_t length);

/* It is complete. */
extern void BodyEnd(HttpRequest *request);

/* Gives the body's memory back. */
extern void BodyFree(HttpRequest *request);

/* Calls resume for each body for which there is memory now. */
extern void BodyWake(void (*resume)(HttpRequest *request));

/* Whether answers take so much memory that slow clients cannot be waited for. */
extern bool BodyMemoryIsScarce(void);

/* And whether they take so much that no more requests should be run. */
extern bool BodyMemoryIsShort(void);

#endif
