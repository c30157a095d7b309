/*
 * Group commit: the requests of one round are made durable together.
 */
#ifndef DYNAMO_HTTP_COMMIT_H
#define DYNAMO_HTTP_COMMIT_H

#include "postgres.h"

#include <signal.h>

/* At a worker's start, once it is connected. `worker` is its slot's number. */
extern void GroupCommitInit(int worker);

/* Commits the current transaction, without waiting for it to be durable. */
extern void GroupCommitTransaction(void);

/*
 * Waits until all that this round committed or read is durable, on synchronous
 * standbys too where the server wants that. False where a shutdown ended the
 * wait for a standby: nothing of the round may be acknowledged then. Where WAL
 * cannot be flushed, an error ends the worker.
 */
extern bool GroupCommitWait(void);

/* For the signal handler: a shutdown must not wait for a standby. */
extern volatile sig_atomic_t group_commit_waits_for_standby;

#endif
