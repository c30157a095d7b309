/*
 * Who asks for an operation, and by what way: the first argument of each.
 *
 * SQL and HTTP make one for each request, and nothing else tells an operation of its caller. It
 * lives as long as the operation runs, and operations do not change it; what they have been allowed
 * is in its authorization.
 */
#ifndef DYNAMO_OPERATION_CONTEXT_H
#define DYNAMO_OPERATION_CONTEXT_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "auth/identity.h"
#include "json/json.h"

typedef enum OperationSource
{
	SOURCE_SQL, /* a session's own call; dynamo's own jobs are such sessions */
	SOURCE_HTTP
} OperationSource;

struct sockaddr;
struct Authorization; /* operation/access */
struct DecisionNote;  /* auth */

typedef struct OperationContext
{
	OperationSource source;
	Identity identity;
	const char *request_id;        /* that an HTTP client is told, terminated; NULL from SQL */
	const struct sockaddr *client; /* of an HTTP client; NULL: not known */
	Bytes host;       /* the address that it reached this server at; data NULL: not known */
	Bytes user_agent; /* of an HTTP client; data NULL: not known */
	bool secure;      /* an HTTP client speaks TLS, as far as is known */
	bool internal;    /* one of dynamo's own jobs asks: no caller, whom policies would narrow */
	struct DecisionNote *note; /* where decisions of policies are noted; NULL: nowhere */
	int *series; /* of metrics/series.h, where it is noted; NULL: the call counts when it has run */
	struct Authorization *authorization; /* of the operation that runs; NULL: none does */
	TimestampTz deadline; /* when the request is cancelled; DT_NOEND from SQL, which has a timer */
} OperationContext;

/*
 * Of a call from SQL in this session. Within a request that this process serves, code that runs
 * with the rights of the request's role is narrowed by its session; that of SECURITY DEFINER
 * functions, which runs as another role, is not.
 */
extern OperationContext OperationContextOfSession(void);

/* Sets whose request this process serves; it must outlive that. NULL: the process serves none. */
extern void OperationContextServe(const Identity *identity);

/* Of one of dynamo's own jobs in this process. */
extern OperationContext OperationContextOfJob(void);

/* Starts JSON that the caller reads: SQL as jsonb, an HTTP client as it is. */
extern void AnswerWriterInit(const OperationContext *context, JsonWriter *writer,
                             StringInfo answer);

#endif
