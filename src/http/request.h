/*
 * One HTTP request on its way through a worker.
 *
 * libh2o calls in with a whole request; it is noted and queued. The worker's
 * loop takes it from the queue, runs it, and gives the answer back. The struct
 * lives in the request's pool in libh2o and ends with it, at the latest when
 * the connection closes; the answer's body is palloc'd in http_answer_context
 * and freed at the same moment, so that libh2o may send it without a copy.
 */
#ifndef DYNAMO_HTTP_REQUEST_H
#define DYNAMO_HTTP_REQUEST_H

#include "postgres.h"

#include "access/xlogdefs.h"
#include "lib/ilist.h"
#include "lib/stringinfo.h"

#include "http/evloop.h"
#include "item/value.h"

typedef struct HttpRequest
{
	dlist_node link; /* in http_requests, then among those that have run */
	bool linked;
	h2o_req_t *wire;
	int status;               /* 0: not answered yet */
	const char *content_type; /* NULL: no such header */
	StringInfoData body;      /* data NULL: none yet */
	bool packed;              /* body is gzip */
	XLogRecPtr durable_at;    /* once it has run: what it shows is durable when WAL is up to here */
	int held_bytes;           /* of http_held_bytes */
} HttpRequest;

extern dlist_head http_requests;
extern MemoryContext http_answer_context;
extern int http_open_requests; /* received and not yet disposed of */
extern int64 http_held_bytes;  /* of answers that are not sent yet */

/* libh2o's handler of every request. Queues it and raises nothing. */
extern int HttpRequestReceive(h2o_handler_t *handler, h2o_req_t *wire);

extern bool HttpMethodIs(const HttpRequest *request, const char *method);

/* The value of a header, data NULL where it is absent; `name` in lower case. */
extern Bytes HttpHeader(const HttpRequest *request, const char *name);

#endif
