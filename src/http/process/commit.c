/*
 * Group commit: each request is a transaction of its own that commits without a
 * flush. The flusher makes many of them durable at once, and only then are their
 * answers sent.
 *
 * An answer must not show what a crash could still take back, be it this
 * worker's own commit or one that a read saw from another worker. Each worker
 * announces in its slot what it has committed: it stores COMMIT_IN_PROGRESS
 * before the commit record is written, and the record's end after that. A reader
 * looks at the slots after its snapshots were taken. If it saw a commit, the slot
 * was set before the commit became visible, so it finds the slot set, to this
 * commit or a later one. Where the end is not known, the end of all WAL inserted
 * so far is beyond it.
 *
 * Commits of other sessions need no slot: they flush before they are visible,
 * unless their own synchronous_commit gave that up.
 */
#include "http/process/commit.h"

#include "access/transam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "access/xlog_internal.h"

#include "change/capture/capture_state.h"
#include "http/process/shared.h"

static HttpWorkerSlot *own_slot;

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
	pg_atomic_write_u64(&own_slot->committed, COMMIT_IN_PROGRESS);
	pg_memory_barrier();
	CommitWithoutWait();
	if (XactLastCommitEnd != before)
		pg_atomic_write_u64(&own_slot->committed, XactLastCommitEnd);
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

/* Where a commit failed, or its worker died, its end will not be known. */
static void
EndCommit(void)
{
	if (pg_atomic_read_u64(&own_slot->committed) == COMMIT_IN_PROGRESS)
		pg_atomic_write_u64(&own_slot->committed, InsertedEnd());
}

void
GroupCommitInit(int worker)
{
	own_slot = &http_shared->slots[worker];
	CaptureLeaveWaking(); /* the flusher wakes */
	EndCommit();
}

XLogRecPtr
GroupCommitEnd(void)
{
	XLogRecPtr end = InvalidXLogRecPtr;

	EndCommit();
	pg_memory_barrier();
	for (int i = 0; i < http_shared->slots_used; i++)
	{
		uint64 committed = pg_atomic_read_u64(&http_shared->slots[i].committed);

		if (committed == COMMIT_IN_PROGRESS)
			return InsertedEnd();
		end = Max(end, committed);
	}
	return end;
}
