/*
 * Group commit: each request is a transaction of its own that commits without a
 * flush; one flush makes the round durable before any of its answers is sent.
 *
 * An answer must not show what a crash could still take back, be it this
 * worker's own commit or one that a read saw from another worker. Each worker
 * announces in its slot what it has committed and not yet flushed: it stores
 * COMMIT_IN_PROGRESS before the commit record is written, the record's end
 * after that, and zero after the flush. A reader looks at the slots after its
 * snapshots were taken. If it saw a commit, the slot was set before the commit
 * became visible, so it finds the slot set, or zero because the flush is done.
 * Where the end is not known, the end of all WAL inserted so far is beyond it.
 *
 * Commits of other sessions need no slot: they flush before they are visible,
 * unless their own synchronous_commit gave that up.
 */
#include "http/commit.h"

#include "access/transam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "access/xlog_internal.h"
#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "postmaster/interrupt.h"
#include "replication/syncrep.h"
#include "replication/walsender.h"

#include "http/settings.h"
#include "http/shared.h"

volatile sig_atomic_t group_commit_waits_for_standby = false;

static HttpWorkerSlot *own_slot;

void
GroupCommitInit(int worker)
{
	own_slot = &http_shared->slots[worker];
	/* What a worker before us in this slot committed may still wait for its flush. */
	GroupCommitWait();
}

/* As CommitTransactionCommand with synchronous_commit off. */
static void
CommitWithoutWait(void)
{
	int saved = synchronous_commit;

	PG_TRY();
	{
		synchronous_commit = SYNCHRONOUS_COMMIT_OFF;
		CommitTransactionCommand();
	}
	PG_FINALLY();
	{
		synchronous_commit = saved;
	}
	PG_END_TRY();
}

void
GroupCommitTransaction(void)
{
	XLogRecPtr before = XactLastCommitEnd;

	if (!TransactionIdIsValid(GetTopTransactionIdIfAny()))
	{
		CommitTransactionCommand();
		return;
	}

	/* Until the transaction's end this stays set, also where the commit fails. */
	pg_atomic_write_u64(&own_slot->unflushed, COMMIT_IN_PROGRESS);
	pg_memory_barrier();
	CommitWithoutWait();
	if (XactLastCommitEnd != before)
		pg_atomic_write_u64(&own_slot->unflushed, XactLastCommitEnd);
}

/*
 * The end of all WAL inserted so far. GetXLogInsertRecPtr says where the next
 * record would start: at the head of a page that is behind the page's header,
 * which has not been inserted yet and cannot be flushed.
 */
static XLogRecPtr
InsertedEnd(void)
{
	XLogRecPtr next = GetXLogInsertRecPtr();

	if (XLogSegmentOffset(next, wal_segment_size) == SizeOfXLogLongPHD)
		return next - SizeOfXLogLongPHD;
	if (next % XLOG_BLCKSZ == SizeOfXLogShortPHD)
		return next - SizeOfXLogShortPHD;
	return next;
}

/* The position up to which this round's answers depend on WAL; 0 where on none. */
static XLogRecPtr
UnflushedEnd(void)
{
	XLogRecPtr end = InvalidXLogRecPtr;

	pg_memory_barrier();
	for (int i = 0; i < http_workers; i++)
	{
		uint64 slot = pg_atomic_read_u64(&http_shared->slots[i].unflushed);

		if (slot == COMMIT_IN_PROGRESS)
			return InsertedEnd();
		end = Max(end, slot);
	}
	return end;
}

/*
 * SyncRepWaitForLSN gives up when the session is cancelled or terminated, and
 * leaves it to the session to say so. Cancelling makes no sense between
 * requests, so it is held back; a termination is reported to the caller.
 */
static bool
WaitForStandbys(XLogRecPtr end)
{
	sigset_t cancel;
	sigset_t saved;

	sigemptyset(&cancel);
	sigaddset(&cancel, SIGINT);
	sigprocmask(SIG_BLOCK, &cancel, &saved);
	QueryCancelPending = false;

	group_commit_waits_for_standby = true;
	if (ShutdownRequestPending)
	{
		ProcDiePending = true;
		InterruptPending = true;
	}
	HOLD_INTERRUPTS();
	SyncRepWaitForLSN(end, true);
	RESUME_INTERRUPTS();
	group_commit_waits_for_standby = false;

	sigprocmask(SIG_SETMASK, &saved, NULL);
	return !ProcDiePending;
}

bool
GroupCommitWait(void)
{
	XLogRecPtr end = UnflushedEnd();
	bool durable = true;

	if (end != InvalidXLogRecPtr)
	{
		XLogFlush(end);
		if (SyncRepRequested() && SyncRepStandbyNames[0] != '\0')
			durable = WaitForStandbys(end);
	}
	if (durable)
		pg_atomic_write_u64(&own_slot->unflushed, 0);
	return durable;
}
