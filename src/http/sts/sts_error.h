/*
 * What clients of the Security Token Service are told of errors, which is XML.
 */
#ifndef DYNAMO_HTTP_STS_ERROR_H
#define DYNAMO_HTTP_STS_ERROR_H

#include "error/error.h"
#include "http/wire/request.h"

#define STS_NAMESPACE "https://sts.amazonaws.com/doc/2011-06-15/"
#define STS_CONTENT_TYPE "text/xml"

/* Whether the request is one of that service's: a form, and no operation's. */
extern bool StsIsAsked(const HttpRequest *request);

/* The HTTP status of its error that stands for the exception. */
extern int StsErrorStatus(const ExceptionInfo *exception);

/* Appends the answer that says the exception. */
extern void StsErrorWrite(HttpRequest *request, const ExceptionInfo *exception,
                          const char *message);

/* The same of an error that is none of DynamoDB's, by its code. */
extern void StsErrorWriteCode(HttpRequest *request, const char *code, bool of_sender,
                              const char *message);

/* Appends text as XML's. */
extern void XmlAppend(StringInfo out, const char *text);

#endif
