/*
 * The flusher: one process that makes WAL durable for all HTTP workers, so that
 * they run requests meanwhile.
 */
#ifndef DYNAMO_HTTP_FLUSHER_H
#define DYNAMO_HTTP_FLUSHER_H

#include "postgres.h"

#include "access/xlogdefs.h"

/* At a worker's start: MyLatch is set when what it asks for is durable. */
extern void FlusherAttach(int worker);

/*
 * Asks for the WAL up to `end` to be made durable, on synchronous standbys too
 * where the server wants that.
 */
extern void FlusherRequest(int worker, XLogRecPtr end);

/* Up to where WAL is known to be durable. */
extern XLogRecPtr FlusherDurable(void);

/* Whether the flusher waits for a synchronous standby now. */
extern bool FlusherWaitsForStandby(void);

/*
 * Where nothing has become durable for dynamo.http_durability_timeout, the reason,
 * for which nothing can be answered that depends on what is stored; else NULL.
 */
extern const char *DurabilityStall(void);

#endif
