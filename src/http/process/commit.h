/*
 * Group commit: requests commit without waiting to be durable, and are answered
 * when they are.
 */
#ifndef DYNAMO_HTTP_COMMIT_H
#define DYNAMO_HTTP_COMMIT_H

#include "postgres.h"

#include "access/xlogdefs.h"

/* At a worker's start, once it is connected. `worker` is its slot's number. */
extern void GroupCommitInit(int worker);

/* Commits the current transaction, without waiting for it to be durable. */
extern void GroupCommitTransaction(void);

/*
 * Up to where WAL must be durable before anything may be sent that this worker
 * has committed or read; 0 where there is nothing to wait for.
 */
extern XLogRecPtr GroupCommitEnd(void);

#endif
