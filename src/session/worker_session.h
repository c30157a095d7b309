/*
 * Sessions of background workers that work for the extension in one database.
 */
#ifndef DYNAMO_WORKER_SESSION_H
#define DYNAMO_WORKER_SESSION_H

#include "postgres.h"

/*
 * Connects as the bootstrap superuser, and sets what ALTER DATABASE, which the owner of the
 * database may run, must not decide for the extension's own work.
 */
extern void WorkerSessionBegin(Oid database, const char *name, const char *lock_timeout);

/* In a transaction: waits for locks as long as it takes, until it ends. */
extern void WorkerSessionWaitForLocks(void);

/* A transaction with a snapshot. */
extern void WorkerTransactionBegin(void);

/*
 * Commits it, with or without a snapshot left, in the memory context that PostgreSQL leaves: one of
 * the transaction's is gone.
 */
extern void WorkerTransactionCommit(void);

#endif
