/*
 * What dynamo does with PostgreSQL's own state that PostgreSQL offers no function for. Nothing else
 * reaches into it.
 */
#ifndef DYNAMO_INTERNALS_H
#define DYNAMO_INTERNALS_H

#include "postgres.h"

#include "nodes/bitmapset.h"
#include "storage/block.h"
#include "storage/buf.h"
#include "utils/rel.h"

/* lock_timeout of what this process does next, in milliseconds, without a change of the setting. */
extern void LockTimeoutSet(int milliseconds);
extern int LockTimeoutGet(void);

/*
 * As what a signal's handler does: the process cancels what it runs, or ends, at its next
 * CHECK_FOR_INTERRUPTS.
 */
extern void CancelOwnQuery(void);
extern void EndOwnProcess(void);

/* A cancellation that has come too late for what it was meant for. */
extern void ForgetCancellation(void);

/* The process is to end. */
extern bool ProcessIsEnding(void);

/* In a process that waits outside of transactions: takes part in sending invalidations on. */
extern void CatchUpWithInvalidations(void);

/*
 * Gives a setting a value for the rest of the process's life: SET is an error from now on. Where
 * this version of PostgreSQL has no such setting nothing is done.
 */
extern void SettingFix(const char *name, const char *value);

/*
 * After CreateDecodingContext, which has VACUUM ignore the snapshots of this process's own
 * transactions, too: has it heed them.
 */
extern void HoldOwnSnapshots(void);

/*
 * In the postmaster, while it starts: how many background workers are registered that other
 * libraries than this one run, or PostgreSQL itself.
 */
extern int RegisteredWorkersBut(const char *library);

/*
 * Whether a private key's file is as PostgreSQL wants its own: a plain file of root's or the
 * server's user, which others may not read. The log says why it is not. Raises no error.
 */
extern bool PrivateKeyFileIsSafe(const char *path);

/* The block that a shared buffer holds, read without a lock: it may hold another one already. */
extern BlockNumber BufferBlockUnlocked(Buffer buffer);

/* Counts a use of a pinned buffer, as finding it through the table of buffers does. */
extern void BufferCountUse(Buffer buffer);

/*
 * Sets what the relation's cache entry has, and returns what it had: the columns whose change rules
 * HOT out, and the replica identity that a deletion's WAL is made by. Invalidation rebuilds the
 * entry.
 */
extern Bitmapset *RelationSetHotBlocking(Relation relation, Bitmapset *columns);
extern Bitmapset *RelationHotBlocking(Relation relation);
extern char RelationSetReplicaIdentity(Relation relation, char identity);

#endif
