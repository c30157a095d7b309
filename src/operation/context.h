/*
 * Who asks for an operation, and by what way: the first argument of each.
 *
 * SQL and HTTP make one for each request, and nothing else tells an operation of its caller. It
 * lives as long as the operation runs, and operations do not change it.
 */
#ifndef DYNAMO_OPERATION_CONTEXT_H
#define DYNAMO_OPERATION_CONTEXT_H

#include "item/json.h"

typedef enum OperationSource
{
	SOURCE_SQL, /* a session's own call; dynamo's own jobs are such sessions */
	SOURCE_HTTP
} OperationSource;

/* As whom the request runs. */
typedef struct Identity
{
	Oid role; /* the current role as the operation begins */
} Identity;

typedef struct OperationContext
{
	OperationSource source;
	Identity identity;
	Bytes host; /* the address that an HTTP client reached this server at; data NULL: not known */
} OperationContext;

/* Of a call from SQL in this session. */
extern OperationContext OperationContextOfSession(void);

/* Starts JSON that the caller reads: SQL as jsonb, an HTTP client as it is. */
extern void AnswerWriterInit(const OperationContext *context, JsonWriter *writer,
                             StringInfo answer);

#endif
