/*
 * Writes chunks.
 *
 * The transactions commit asynchronously: what a crash takes back is decoded again, with the same
 * sequence numbers, since the position is in the same commit record, as progress of the replication
 * origin. The slot is confirmed only up to positions whose commits have been flushed; a slot on
 * disk is never ahead of the log. Of the commits that are not flushed yet the first and the last
 * are remembered: under load there is always one more.
 *
 * A position that moves without changes is written now and then, for the slot to move along.
 */
#include "change/capture/capture_flush.h"

#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "replication/logical.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "change/capture/capture_wait.h"
#include "change/capture/gather.h"

#define MILLISECONDS_BETWEEN_FLUSHES 20
/* How far a position moves without changes before it is written. */
#define POSITION_WRITTEN_EVERY (1024 * 1024)

typedef struct Commit
{
	XLogRecPtr end; /* of its record; 0: none */
	XLogRecPtr position;
} Commit;

static CaptureState *state;
static LogSegment segment; /* relation InvalidOid: none yet */
static XLogRecPtr written; /* the position that the origin has */
static Commit first_commit;
static Commit last_commit;
static TimestampTz flushed; /* when changes were last written */
static bool has_news;       /* what was written then has not been told to readers */

void
CaptureFlushStart(CaptureState *place, const CaptureStart *start)
{
	state = place;
	segment = start->has_segment ? start->segment : (LogSegment){ 0 };
	written = start->position;
	GatherStart();
	/* The log has changes before of any leaf. */
	for (int i = 0; i < CAPTURE_LEAVES; i++)
		pg_atomic_write_u64(&state->last_change[i], start->position);
	/* A worker that is started again in the server's life has not lost what was published. */
	if (pg_atomic_read_u32(&state->epoch) != start->epoch ||
	    pg_atomic_read_u64(&state->captured) < start->position)
		pg_atomic_write_u64(&state->captured, start->position);
	pg_write_barrier();
	pg_atomic_write_u32(&state->epoch, start->epoch);
}

/* --- segments --- */

/* The segment that upkeep wants to be begun; false where there is none. */
static bool
NextSegment(LogSegment *next)
{
	LWLockAcquire(CaptureStateLock(), LW_SHARED);
	*next = (LogSegment){ state->next_segment, state->next_segment_relation };
	LWLockRelease(CaptureStateLock());
	return next->number != 0 && next->number != segment.number;
}

bool
CaptureHasSegment(void)
{
	LogSegment next;

	return OidIsValid(segment.relation) || NextSegment(&next);
}

/* In a transaction that writes changes. */
static void
BeginSegment(void)
{
	LogSegment next;

	if (!NextSegment(&next))
		return;
	LogBeginSegment(&next, GatherFirst());
	segment = next;
}

/* After its commit. */
static void
ForgetNextSegment(void)
{
	if (state->next_segment != segment.number)
		return;
	LWLockAcquire(CaptureStateLock(), LW_EXCLUSIVE);
	if (state->next_segment == segment.number)
		state->next_segment = 0;
	LWLockRelease(CaptureStateLock());
}

/* --- transactions --- */

/* A chunk is said to be there before it can be seen: who looks in vain looks again. */
static void
AppendChunk(const ChunkRow *row, void *argument)
{
	LogAppend(&segment, row);
	pg_atomic_write_u64(&state->last_change[CaptureBucket(row->leaf)], row->last.commit);
	pg_atomic_fetch_add_u64(&state->changes, row->count);
	pg_atomic_fetch_add_u64(&state->chunks, 1);
}

static void
RememberCommit(XLogRecPtr position)
{
	last_commit = (Commit){ XactLastCommitEnd, position };
	if (first_commit.end == InvalidXLogRecPtr)
		first_commit = last_commit;
}

static void
WriteGathered(XLogRecPtr position)
{
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	if (!GatherIsEmpty())
		BeginSegment();
	GatherEmit(AppendChunk, NULL);
	PopActiveSnapshot();
	(void) GetCurrentTransactionId(); /* a commit without one has no progress */
	replorigin_session_origin_lsn = position;
	replorigin_session_origin_timestamp = GetCurrentTimestamp();
	CommitTransactionCommand();
	written = position;
	RememberCommit(position);
	ForgetNextSegment();
}

bool
CaptureFlush(XLogRecPtr position)
{
	bool is_empty = GatherIsEmpty();

	if (is_empty && position - written < POSITION_WRITTEN_EVERY)
		return false;
	WriteGathered(position);
	if (is_empty)
		return true;
	GatherReset();
	flushed = GetCurrentTimestamp();
	has_news = true;
	return true;
}

long
CaptureFlushDue(void)
{
	long since = TimestampDifferenceMilliseconds(flushed, GetCurrentTimestamp());

	return Max(0, MILLISECONDS_BETWEEN_FLUSHES - since);
}

/* --- what others are told --- */

/* Is over once the worker has come further than where it failed. */
static void
ForgetFailures(XLogRecPtr position)
{
	LWLockAcquire(CaptureStateLock(), LW_EXCLUSIVE);
	if (position > state->failed_position)
	{
		state->failures = 0;
		state->error[0] = '\0';
	}
	LWLockRelease(CaptureStateLock());
}

void
CapturePublish(XLogRecPtr position, TimestampTz time)
{
	pg_atomic_write_u64(&state->captured_time, time);
	pg_write_barrier();
	if (position > pg_atomic_read_u64(&state->captured))
		pg_atomic_write_u64(&state->captured, position);
	if (state->failures > 0)
		ForgetFailures(position);
	if (has_news)
		CaptureWaitersWake();
	has_news = false;
}

void
CaptureConfirm(void)
{
	XLogRecPtr flush = GetFlushRecPtr(NULL);

	if (first_commit.end == InvalidXLogRecPtr || first_commit.end > flush)
		return;
	if (last_commit.end <= flush)
		first_commit = last_commit;
	LogicalConfirmReceivedLocation(first_commit.position);
	pg_atomic_write_u64(&state->confirmed, first_commit.position);
	first_commit = last_commit.end > first_commit.end ? last_commit : (Commit){ 0 };
}
