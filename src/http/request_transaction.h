/*
 * The transactions that requests run in, and how they end.
 */
#ifndef DYNAMO_HTTP_REQUEST_TRANSACTION_H
#define DYNAMO_HTTP_REQUEST_TRANSACTION_H

#include "http/wire/request.h"

/* Memory of the request that runs; it is current where these return. */
extern MemoryContext http_request_context;

/* At a worker's start. */
extern void RequestTransactionInit(void);

/* Before an operation that must not share the transaction that is open. */
extern void EndSharedReads(void);

/* Starts one, or joins the one that reads share; `activity` is what the request does. */
extern void RequestTransactionStart(HttpRequest *request, const char *activity);

/*
 * After it, once it is known who asks: where the open transaction is of another identity's
 * reads, ends that and starts one of the request's own.
 */
extern void RequestTransactionSeparate(const Identity *identity);

/* Ends one that has looked at the catalogs only. */
extern void RequestTransactionEndLooking(void);

/* Ends the request's: commits, or leaves it open for the reads that follow. */
extern void RequestTransactionEnd(bool writes);

/* In a PG_CATCH: ends the error and the transaction that it has met, as PostgresMain does. */
extern void EndError(bool logged);

/*
 * After a request: drops what owners' code has left in the session. Where that fails nothing runs
 * in the session any more, and the worker ends.
 */
extern void DiscardRequestSession(void);

#endif
