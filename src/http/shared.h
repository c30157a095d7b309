/*
 * What the HTTP workers share: one slot a worker, and whether the port has been
 * found free.
 */
#ifndef DYNAMO_HTTP_SHARED_H
#define DYNAMO_HTTP_SHARED_H

#include "postgres.h"

#include "port/atomics.h"
#include "storage/lwlock.h"

/* A slot's unflushed while its worker commits and the commit record's end is not known. */
#define COMMIT_IN_PROGRESS PG_UINT64_MAX

/*
 * Only the worker itself writes its slot. `unflushed` is read by all without a
 * lock; commit.c says in which order.
 */
typedef union HttpWorkerSlot
{
	struct
	{
		pg_atomic_uint64
		    unflushed;   /* end of the newest commit not yet known to be durable; 0: none */
		bool connecting; /* died while it connected to the database, where set at start */
	};
	char padding[PG_CACHE_LINE_SIZE];
} HttpWorkerSlot;

typedef struct HttpShared
{
	LWLock *lock;
	bool port_claimed; /* under `lock`: no other server listens on our port */
	HttpWorkerSlot slots[FLEXIBLE_ARRAY_MEMBER]; /* http_workers of them */
} HttpShared;

extern HttpShared *http_shared;

/* Reserves the shared memory; at server start only. */
extern void HttpSharedInit(void);

#endif
