/*
 * Waiting for locks of other transactions, in a process that must not wait: one
 * that serves many clients gives up what it runs after the shortest wait, learns
 * what was waited for, and runs it again from the start once that is over.
 *
 * Everything waits as in any session, under a lock_timeout of a millisecond. So
 * short locks pass unnoticed, and all that PostgreSQL waits for is covered. What
 * another process waits for already is known not to be short, and is not waited for at all.
 */
#ifndef DYNAMO_LOCK_WAIT_H
#define DYNAMO_LOCK_WAIT_H

#include "postgres.h"

#include "storage/lock.h"

#include "compat.h"

#define LOCK_WAIT_SHORT 1 /* millisecond */

typedef struct LockWait
{
	LOCKTAG tag; /* valid where `known` */
	LOCKMODE mode;
	bool known;  /* else a wait that only another attempt can tell to be over */
	int timeout; /* milliseconds after which the wait ends in a conflict; 0: as the caller decides
	              */
} LockWait;

/*
 * Turns this process into one that does not wait. `is_awaited` says whether
 * another process waits for the lock already. Installs a handler of SIGINT.
 */
extern void LockWaitInit(bool (*is_awaited)(const LOCKTAG *tag));

/*
 * Before each attempt at a request. In the last one a lock that is held raises
 * what it raises in any session after lock_timeout.
 */
extern void LockWaitBegin(bool last);

/*
 * Whether an error with this SQLSTATE is to end the attempt, because it met a
 * lock and may be made again: what catches errors lets it go on. False in a
 * session that waits. `wait` is set to what was met; it may be NULL.
 */
extern bool LockWaitEndsAttempt(int sqlstate, LockWait *wait);

/*
 * Raises again the end of an attempt that code of users has caught, as by EXCEPTION
 * WHEN OTHERS: what such code does without the lock is for the last attempt.
 */
extern void LockWaitCheck(void);

/* Whether it is time for another attempt; false where that is not known. */
extern bool LockWaitIsOver(const LockWait *wait);

/*
 * Has autovacuum give way where it holds the lock, as a session that waits does
 * after deadlock_timeout. Vacuuming against wraparound does not.
 */
extern void LockWaitCancelAutovacuum(const LockWait *wait);

/* As LockRelationOid; in a process that does not wait an error where others wait already. */
extern void LockWaitRelation(Oid relation, LOCKMODE mode);

/*
 * Whether the end of this transaction is awaited already; false for none
 * (InvalidTransactionId). Also notes that it is about to be waited for, in one way or another.
 */
extern bool LockWaitTransactionIsAwaited(TransactionId transaction);

/* Raises that the transaction's end must be waited for; as LockWait has it. */
pg_noreturn extern void LockWaitForTransaction(TransactionId transaction, int timeout);

/* Whether this process, now, has another attempt to raise LockWaitForTransaction for. */
extern bool LockWaitIsPossible(void);

/* Whether this process does not wait. */
extern bool LockWaitIsForbidden(void);

#endif
