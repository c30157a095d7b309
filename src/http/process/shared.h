/*
 * What the processes of the HTTP API share: which of them run, one slot a worker,
 * and whether the port has been found free.
 */
#ifndef DYNAMO_HTTP_SHARED_H
#define DYNAMO_HTTP_SHARED_H

#include "postgres.h"

#include "port/atomics.h"
#include "storage/latch.h"
#include "storage/lwlock.h"

#include "http/process/settings.h"

/* The HTTP workers are numbered from 0, as their slots; behind them comes the flusher. */
#define HTTP_FLUSHER HTTP_MAX_WORKERS
#define HTTP_PROCESSES (HTTP_MAX_WORKERS + 1)

/* See fault_count.c. */
#define HTTP_FAULT_COUNTERS 6

/* A slot's `committed` while its worker commits and the commit record's end is not known. */
#define COMMIT_IN_PROGRESS PG_UINT64_MAX

/*
 * Only the worker itself writes its slot. The positions are read by all without
 * a lock; commit.c and flusher.c say in which order.
 */
typedef union HttpWorkerSlot
{
	struct
	{
		pg_atomic_uint64 committed; /* end of the newest commit; 0: none since the server's start */
		pg_atomic_uint64 wanted;    /* up to where WAL is to be made durable */
		volatile int synchronous_commit; /* of the worker; stored before `wanted` */
		Latch *volatile latch;           /* of the worker; NULL where there is none */
		pg_atomic_uint32 connections;    /* that it has */
		pg_atomic_uint32 room;           /* connections that it may still take */
		pg_atomic_uint64 memory;         /* bytes of its memory contexts, a short time ago */
		bool connecting; /* died while it connected to the database, where set at start */
	};
	char padding[PG_CACHE_LINE_SIZE];
} HttpWorkerSlot;

/* See process.h. Under `lock`. */
typedef struct HttpProcess
{
	pid_t pid; /* 0: it does not run */
	uint32 settings;
} HttpProcess;

typedef struct HttpShared
{
	pg_atomic_uint64 durable; /* up to where WAL is durable; written by the flusher alone */
	pg_atomic_uint64 refused; /* connections for which no worker had room */
	pg_atomic_uint64 flushes; /* of the flusher, and the microseconds that they took */
	pg_atomic_uint64 flush_time;
	pg_atomic_uint64 signature_faults[HTTP_FAULT_COUNTERS];
	Latch *volatile flusher;         /* NULL where there is none */
	pg_atomic_uint64 flushing_since; /* the flusher's current work, a TimestampTz; 0: none */
	volatile bool flush_for_standby; /* which is to wait for a standby; stored by the flusher */
	LWLock *lock;
	bool port_claimed;          /* under `lock`: no other server listens on our port */
	Latch *volatile supervisor; /* NULL where there is none */
	HttpProcess processes[HTTP_PROCESSES];
	volatile int slots_used; /* so many slots have ever had a worker; the supervisor's */
	HttpWorkerSlot slots[HTTP_MAX_WORKERS];
} HttpShared;

extern HttpShared *http_shared;

/* Reserves the shared memory; at server start only. */
extern void HttpSharedInit(void);

#endif
