/*
 * What a request that met a lock was waiting for, and whether it is over.
 *
 * Wherever PostgreSQL waits for a lock, MyProc->waitLock says for which. When
 * lock_timeout has passed its handler sends this process SIGINT, whose handler
 * here looks: the error comes later, when the lock is no longer known.
 */
#include "session/lock_wait.h"

#include <signal.h>

#include "access/transam.h"
#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "storage/sinvaladt.h"
#include "tcop/tcopprot.h"
#include "utils/memutils.h"

#include "compat.h"

static bool (*awaited)(const LOCKTAG *tag); /* NULL in a process that waits */
static bool last_attempt;
/* Whether a wait was given up; then `met_mode` is for what, or NoLock. */
static volatile sig_atomic_t met;
static LOCKTAG met_tag; /* as the handler saw it: a hint, to be checked */
static LOCKMODE met_mode;
static int met_timeout;
static TransactionId expected; /* the transaction that the next wait is for, if it is known */

/*
 * While a process waits, the lock stays in shared memory. Where it was granted at
 * this very moment it may be another one that is seen, or none: the error comes all
 * the same.
 */
static void
HandleCancel(SIGNAL_ARGS)
{
	const volatile PGPROC *self = MyProc;
	const LOCK *lock = self != NULL ? self->waitLock : NULL;

	if (lock != NULL)
	{
		met_tag = lock->tag;
		met_mode = self->waitLockMode;
	}
	else if (!met)
		met_mode = NoLock;
	met = true;
	StatementCancelHandler(postgres_signal_arg);
}

void
LockWaitInit(bool (*is_awaited)(const LOCKTAG *tag))
{
	awaited = is_awaited;
	pqsignal(SIGINT, HandleCancel);
}

void
LockWaitBegin(bool last)
{
	last_attempt = last;
	met = false;
	met_timeout = 0;
	expected = InvalidTransactionId;
}

bool
LockWaitIsForbidden(void)
{
	return awaited != NULL;
}

bool
LockWaitIsPossible(void)
{
	return awaited != NULL && !last_attempt;
}

static bool
IsPlausible(const LOCKTAG *tag, LOCKMODE mode)
{
	return (tag->locktag_lockmethodid == DEFAULT_LOCKMETHOD ||
	        tag->locktag_lockmethodid == USER_LOCKMETHOD) &&
	       tag->locktag_type <= LOCKTAG_LAST_TYPE && mode > NoLock && mode <= MaxLockMode;
}

/* Who waits in line for a row waits for the transaction that has it. */
static void
TellWait(LockWait *wait)
{
	memset(wait, 0, sizeof(LockWait));
	wait->tag = met_tag;
	wait->mode = met_mode;
	wait->known = IsPlausible(&met_tag, met_mode);
	wait->timeout = met_timeout;
	if (wait->known && wait->tag.locktag_type == LOCKTAG_TUPLE && TransactionIdIsValid(expected))
	{
		SET_LOCKTAG_TRANSACTION(wait->tag, expected);
		wait->mode = ShareLock;
	}
}

bool
LockWaitEndsAttempt(int sqlstate, LockWait *wait)
{
	if (sqlstate != ERRCODE_LOCK_NOT_AVAILABLE || !LockWaitIsPossible() || !met)
		return false;
	if (wait != NULL)
		TellWait(wait);
	return true;
}

/* Those that hold the lock in a way that the wait's mode conflicts with. */
static VirtualTransactionId *
Holders(const LockWait *wait, int *count)
{
	return GetLockConflicts(&wait->tag, wait->mode, count);
}

bool
LockWaitIsOver(const LockWait *wait)
{
	VirtualTransactionId *holders;
	int count;

	if (!wait->known)
		return false;
	holders = Holders(wait, &count);
	pfree(holders);
	return count == 0;
}

/* As ProcSleep does. Signals may fail: the process may be gone. */
static void
CancelAutovacuum(PGPROC *process)
{
	int pid = 0;
	uint8 flags;

	LWLockAcquire(ProcArrayLock, LW_SHARED);
	flags = process->statusFlags;
	if ((flags & PROC_IS_AUTOVACUUM) && !(flags & PROC_VACUUM_FOR_WRAPAROUND))
		pid = process->pid;
	LWLockRelease(ProcArrayLock);
	if (pid != 0)
		(void) kill(pid, SIGINT);
}

void
LockWaitCancelAutovacuum(const LockWait *wait)
{
	VirtualTransactionId *holders;
	int count;

	if (!wait->known || wait->tag.locktag_type != LOCKTAG_RELATION)
		return;
	holders = Holders(wait, &count);
	for (int i = 0; i < count; i++)
	{
		PGPROC *process = VirtualTransactionProcess(holders[i]);

		if (process != NULL)
			CancelAutovacuum(process);
	}
	pfree(holders);
}

pg_noreturn static void
RaiseWait(const LOCKTAG *tag, LOCKMODE mode, int timeout)
{
	met_tag = *tag;
	met_mode = mode;
	met_timeout = timeout;
	met = true;
	ereport(ERROR, (errcode(ERRCODE_LOCK_NOT_AVAILABLE),
	                errmsg("a lock of another session would have to be waited for")));
}

void
LockWaitCheck(void)
{
	LOCKTAG tag = met_tag;

	if (met && LockWaitIsPossible())
		RaiseWait(&tag, met_mode, met_timeout);
}

void
LockWaitRelation(Oid relation, LOCKMODE mode)
{
	LOCKTAG tag;

	if (awaited != NULL)
	{
		SET_LOCKTAG_RELATION(tag, MyDatabaseId, relation);
		if (awaited(&tag))
		{
			if (!ConditionalLockRelationOid(relation, mode))
				RaiseWait(&tag, mode, 0);
			return;
		}
	}
	LockRelationOid(relation, mode);
}

bool
LockWaitTransactionIsAwaited(TransactionId transaction)
{
	LOCKTAG tag;

	if (awaited == NULL || !TransactionIdIsValid(transaction))
		return false;
	expected = transaction;
	SET_LOCKTAG_TRANSACTION(tag, transaction);
	return awaited(&tag);
}

void
LockWaitForTransaction(TransactionId transaction, int timeout)
{
	LOCKTAG tag;

	memset(&tag, 0, sizeof(tag)); /* no lock at all: nothing is known */
	if (TransactionIdIsValid(transaction))
		SET_LOCKTAG_TRANSACTION(tag, transaction);
	RaiseWait(&tag, ShareLock, timeout);
}
