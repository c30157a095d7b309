/*
 * Answers that need no operation: errors, the health check, CORS preflights.
 */
#ifndef DYNAMO_HTTP_ANSWER_H
#define DYNAMO_HTTP_ANSWER_H

#include "error/error.h"
#include "http/wire/request.h"

/* The media type of the answer: that of the request where it is JSON too, as the service does. */
extern const char *JsonContentType(const HttpRequest *request);

/* Starts a body in place of what there is; the caller appends to request->body. */
extern void AnswerStart(HttpRequest *request, int status, const char *content_type);

/* Gives back the memory of what there is of a body. Raises nothing. */
extern void AnswerDrop(HttpRequest *request);

/*
 * The wire form of an exception. An empty message leaves that member out;
 * `members` is the text of a JSON object with further ones, or NULL.
 */
extern void AnswerException(HttpRequest *request, const ExceptionInfo *exception,
                            const char *message, const char *members);

/*
 * The exception, or what stands for any other error: see ErrorForClient. A longer message than
 * a client can want, as a trigger may raise one, is cut.
 */
extern void AnswerError(HttpRequest *request, const ErrorData *error);

/* An answer without a body, which needs no memory. Raises nothing. */
extern void AnswerNothing(HttpRequest *request, int status);

extern void AnswerUnknownTarget(HttpRequest *request);
extern void AnswerTooLarge(HttpRequest *request);
extern void AnswerHealthy(HttpRequest *request);
extern void AnswerPreflight(HttpRequest *request);

#endif
