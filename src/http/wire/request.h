/*
 * One HTTP request on its way through a worker.
 *
 * The server fills it in as its head and body arrive, and queues it when it is
 * whole. The worker's loop takes it from the queue and runs it; when its answer
 * may be sent, ServerAnswer gives it back to the server. It belongs to its
 * connection, which has one at a time, and is emptied when the answer is sent or
 * the connection has gone. Nothing of it changes while the worker's loop acts:
 * only in ServerRun does the server see what clients do.
 *
 * The answer's body is palloc'd in http_answer_context and freed at the same
 * moment, so that it is sent without a copy.
 */
#ifndef DYNAMO_HTTP_REQUEST_H
#define DYNAMO_HTTP_REQUEST_H

#include "postgres.h"

#include "access/xlogdefs.h"
#include "datatype/timestamp.h"
#include "lib/ilist.h"
#include "lib/stringinfo.h"

#include "http/wire/coding.h"
#include "item/value.h"
#include "operation/operation.h"
#include "session/lock_wait.h"

#define HTTP_MAX_FIELDS 100
#define HTTP_MAX_HEAD (16 * 1024) /* bytes of request line and header lines */
#define HTTP_MAX_PATH 63          /* bytes of a path that is a route's */

/* A header line. The value has no blanks around it; behind it are blanks and a NUL. */
typedef struct HttpField
{
	Bytes name;
	Bytes value;
} HttpField;

typedef enum HttpPhase
{
	HTTP_NONE, /* between two requests of a connection */
	HTTP_HEAD, /* the request line is read */
	HTTP_BODY,
	HTTP_WHOLE,    /* queued, run, or waiting with its answer: linked somewhere */
	HTTP_ANSWERED, /* the server may send it */
	HTTP_SENDING
} HttpPhase;

/* What authenticate.c knows of a request over all of its attempts. */
typedef struct RequestProof
{
	TimestampTz judged_at; /* the first attempt, by which the time of its signature is judged; 0 */
	uint8 body_digest[32]; /* SHA-256, then */
} RequestProof;

struct HttpConnection;

#define HTTP_REQUEST_ID_LENGTH 52

/* What parked.c keeps of a request that has met a lock. */
typedef struct Parking
{
	bool parked;               /* among the parked requests now */
	bool last_try;             /* the lock is waited for no longer */
	bool insists;              /* the next try may wait a little longer */
	bool client_is_gone;       /* the answer is not wanted */
	bool hurries_autovacuum;   /* has waited for long enough to have it give way */
	LockWait wait;             /* for what it was parked last */
	int pause;                 /* milliseconds, after tries in vain; 0: the last was none */
	TimestampTz since;         /* it was first parked; 0: never */
	TimestampTz look_at;       /* when to look whether the wait is over */
	TimestampTz insist_at;     /* when to try although it is not */
	TimestampTz give_up_at;    /* when the last try is due */
	TimestampTz autovacuum_at; /* when autovacuum is asked to give way */
} Parking;

/* What timing.c notes of a request that may be logged; of times in microseconds. */
typedef struct RequestTiming
{
	TimestampTz arrived; /* 0: nothing is noted */
	TimestampTz begun;   /* the last attempt */
	TimestampTz ended;
	int64 queued; /* from its arrival to its first attempt */
	int64 parked; /* from the lock that ended an attempt to the next one */
	int64 ran;    /* in its last attempt */
	int attempts;
	char *note; /* what it asks for, palloc'd in http_answer_context; NULL: not known */
} RequestTiming;

typedef struct HttpRequest
{
	dlist_node link; /* in http_requests, among the parked, or among those that have run */
	bool linked;
	HttpPhase phase;
	struct HttpConnection *connection;

	/* As it came. */
	const char *method;
	int target_length;            /* of the target in the request line */
	char path[HTTP_MAX_PATH + 1]; /* of the target; "" where it is longer */
	Bytes authority;              /* of a target in absolute form, malloc'd; else no data */
	Bytes query;                  /* of the target, malloc'd; no data where it has none */
	int field_count;
	HttpField fields[HTTP_MAX_FIELDS];

	/* Of body.c. */
	char *entity; /* NULL where there is none */
	int entity_length;
	int entity_room;   /* what is allocated for it */
	int entity_limit;  /* no more will come: its Content-Length, or HTTP_MAX_BODY */
	int entity_wanted; /* bytes of memory that it waits for; 0: it does not */
	bool receiving;    /* linked by body_link */
	bool large;        /* and among the large ones */
	dlist_node body_link;
	dlist_node wait_link; /* while it waits for memory */

	Parking parking;
	RequestTiming timing;
	TimestampTz arrived; /* when it was whole; 0: it does not count in the metrics */
	int series;          /* of metrics/series.h, that its last attempt counts on, or SERIES_NONE */
	struct AuditEvent *record; /* palloc'd in http_answer_context; NULL: it is not recorded */
	RequestProof proof;

	/* Of the attempt that runs it, or was the last to. */
	OperationContext context;
	const Operation *operation; /* NULL: it asks for none */
	const char *sts_action;     /* that it asks of the token service, when it is known */
	const Structure *input;     /* what it asks of it; NULL: not read yet, or no more there */

	/* The answer. */
	char id[HTTP_REQUEST_ID_LENGTH + 1];   /* see HttpRequestId */
	int status;                            /* 0: not answered yet */
	const struct ExceptionInfo *exception; /* that the answer is; NULL: none */
	const char *content_type;              /* NULL: no such header */
	const char *entity_tag;                /* NULL: no such header */
	const HttpField *answer_fields;        /* further headers, constants of the route */
	int answer_field_count;
	StringInfoData body;    /* data NULL: none yet */
	Coding coding;          /* of body */
	bool secret;            /* it has a secret: its memory is overwritten */
	bool depends;           /* the answer shows or acknowledges what is stored */
	bool writes;            /* it may have changed something */
	XLogRecPtr durable_at;  /* once it has run: what it shows is durable when WAL is up to here */
	TimestampTz give_up_at; /* where it is not durable by then the client is told so */
	int held_bytes;         /* of http_held_bytes */
	int answer_bytes;       /* of http_answer_bytes */
} HttpRequest;

extern dlist_head http_requests; /* whole and to be run, in order of arrival */
extern MemoryContext http_answer_context;
extern int http_open_requests;  /* whole and not yet emptied */
extern int64 http_held_bytes;   /* of answers that wait to be durable */
extern int64 http_answer_bytes; /* of answers that are being sent */

extern bool HttpMethodIs(const HttpRequest *request, const char *method);

/* The value of the first header of this name, in any case; data NULL where it is absent. */
extern Bytes HttpHeader(const HttpRequest *request, const char *name);

/* How many headers have the name. */
extern int HttpHeaderCount(const HttpRequest *request, const char *name);

/* The address that the client reached the server at, data NULL where it is none that is plain text.
 */
extern Bytes HttpHost(const HttpRequest *request);

/* The body as it came. */
extern Bytes HttpEntity(const HttpRequest *request);

/* Writes a new x-amzn-RequestId and a NUL. */
extern void HttpMakeRequestId(char id[HTTP_REQUEST_ID_LENGTH + 1]);

/* The request's own, terminated; made when it is first asked for. */
extern const char *HttpRequestId(HttpRequest *request);

/* Gives back the memory of the answer's body, if there is any. */
extern void HttpBodyFree(HttpRequest *request);

/* For the server, as the request arrives. None of these raises an error. */

/* The request line is read; false where there is no memory. */
extern bool HttpRequestBegin(HttpRequest *request, const char *target);
/* Another header line; false where there are too many. */
extern bool HttpRequestAddField(HttpRequest *request, Bytes name, Bytes value);
/* It is whole: queues it. */
extern void HttpRequestQueue(HttpRequest *request);
/* It has been answered, or its connection has gone: gives back what it holds. */
extern void HttpRequestEmpty(HttpRequest *request);

#endif
