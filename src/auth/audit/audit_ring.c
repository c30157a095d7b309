/*
 * A ring of bytes. A lock is held while a line is copied into it, some microseconds at most; the
 * writer copies lines out without it, for nothing changes them until it has removed them.
 *
 * The writer is started by the first line that finds none, so that it costs nothing while nothing
 * is recorded, and comes again when it has failed.
 */
#include "auth/audit/audit_ring.h"

#include "miscadmin.h"
#include "port/atomics.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lwlock.h"
#include "utils/timestamp.h"

#include "auth/audit/audit_settings.h"
#include "session/preload.h"
#include "session/shared_memory.h"

#define START_PAUSE_MILLISECONDS 5000

typedef struct AuditRing
{
	LWLock *lock; /* of all that follows, but for bytes between tail and head, and what is atomic */
	uint64 head;  /* bytes that were ever put */
	uint64 tail;  /* and removed */
	uint64 written;
	uint64 lost_told;
	TimestampTz start_at; /* no writer is to be started before that */
	TimestampTz failed;
	char error[AUDIT_MAX_ERROR];
	pg_atomic_uint64 lost;
	pg_atomic_uint32 waits; /* the writer does, and is to be woken */
	Latch *volatile writer; /* NULL: none */
	uint64 size;
	char bytes[FLEXIBLE_ARRAY_MEMBER];
} AuditRing;

static AuditRing *ring = NULL;

static Size
RingSize(void)
{
	return offsetof(AuditRing, bytes) + (Size) audit_buffer_size * 1024;
}

static void
Attach(void *memory, LWLock *lock)
{
	ring = memory;
	ring->lock = lock;
	ring->size = (uint64) audit_buffer_size * 1024;
	pg_atomic_init_u64(&ring->lost, 0);
	pg_atomic_init_u32(&ring->waits, 0);
}

static const SharedMemory memory = {
	.name = "dynamo audit",
	.size = RingSize,
	.tranche = "dynamo_audit",
	.attach = Attach,
};

void
AuditRingInit(void)
{
	SharedMemoryAdd(&memory);
}

bool
AuditRingExists(void)
{
	return ring != NULL;
}

/* Under the lock: bytes that begin at `at`, which may go on at the ring's beginning. */
static void
CopyIn(uint64 at, const char *bytes, int length)
{
	uint64 begin = at % ring->size;
	int first = Min(length, (int) (ring->size - begin));

	memcpy(ring->bytes + begin, bytes, first);
	memcpy(ring->bytes, bytes + first, length - first);
}

static void
CopyOut(uint64 at, char *bytes, int length)
{
	uint64 begin = at % ring->size;
	int first = Min(length, (int) (ring->size - begin));

	memcpy(bytes, ring->bytes + begin, first);
	memcpy(bytes + first, ring->bytes, length - first);
}

/* Whether this process is to start the writer, which the next one need not try for a while. */
static bool
TakeStart(void)
{
	TimestampTz now;

	if (ring->writer != NULL)
		return false;
	now = GetCurrentTimestamp();
	if (now < ring->start_at)
		return false;
	ring->start_at = TimestampTzPlusMilliseconds(now, START_PAUSE_MILLISECONDS);
	return true;
}

/* It serves a standby too, whose sessions read. */
static void
StartWriter(void)
{
	BackgroundWorker registration = {
		.bgw_name = "dynamo audit",
		.bgw_type = "dynamo audit",
		.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		.bgw_start_time = BgWorkerStart_ConsistentState,
		.bgw_restart_time = BGW_NEVER_RESTART,
		.bgw_library_name = "dynamo",
		.bgw_function_name = "DynamoAuditMain",
	};

	if (IsPreloaded())
		(void) RegisterDynamicBackgroundWorker(&registration, NULL);
}

static void
WakeWriter(void)
{
	Latch *latch = ring->writer;

	if (latch != NULL && pg_atomic_read_u32(&ring->waits) != 0 &&
	    pg_atomic_exchange_u32(&ring->waits, 0) != 0)
		SetLatch(latch);
}

void
AuditRingPut(const char *line, int length)
{
	bool fits;
	bool start;

	LWLockAcquire(ring->lock, LW_EXCLUSIVE);
	fits = ring->head - ring->tail + length <= ring->size;
	if (fits)
	{
		CopyIn(ring->head, line, length);
		ring->head += length;
	}
	start = TakeStart();
	LWLockRelease(ring->lock);
	if (!fits)
		pg_atomic_fetch_add_u64(&ring->lost, 1);
	if (start)
		StartWriter();
	WakeWriter();
}

AuditCounts
AuditRingCounts(void)
{
	AuditCounts counts;

	LWLockAcquire(ring->lock, LW_SHARED);
	counts.written = ring->written;
	counts.waiting = ring->head - ring->tail;
	counts.failed = ring->failed;
	strlcpy(counts.error, ring->error, sizeof(counts.error));
	LWLockRelease(ring->lock);
	counts.lost = pg_atomic_read_u64(&ring->lost);
	return counts;
}

static void
Leave(int code, Datum argument)
{
	LWLockReleaseAll(); /* an error may have left one */
	LWLockAcquire(ring->lock, LW_EXCLUSIVE);
	ring->writer = NULL;
	ring->start_at = 0;
	LWLockRelease(ring->lock);
}

bool
AuditRingServe(void)
{
	bool alone;

	LWLockAcquire(ring->lock, LW_EXCLUSIVE);
	alone = ring->writer == NULL;
	if (alone)
		ring->writer = MyLatch;
	LWLockRelease(ring->lock);
	if (alone)
		on_shmem_exit(Leave, (Datum) 0);
	return alone;
}

/* Up to the last newline that there is. */
static int
WholeLines(const char *lines, int length, int *count)
{
	int whole = 0;

	*count = 0;
	for (int i = 0; i < length; i++)
	{
		if (lines[i] != '\n')
			continue;
		whole = i + 1;
		(*count)++;
	}
	return whole;
}

int
AuditRingPeek(char *lines, int size, int *count)
{
	uint64 head;

	LWLockAcquire(ring->lock, LW_SHARED);
	head = ring->head;
	LWLockRelease(ring->lock);
	size = Min((uint64) size, head - ring->tail);
	CopyOut(ring->tail, lines, size);
	return WholeLines(lines, size, count);
}

void
AuditRingRemove(int bytes, int lines)
{
	LWLockAcquire(ring->lock, LW_EXCLUSIVE);
	ring->tail += bytes;
	ring->written += lines;
	LWLockRelease(ring->lock);
}

void
AuditRingFailed(const char *error)
{
	LWLockAcquire(ring->lock, LW_EXCLUSIVE);
	ring->failed = GetCurrentTimestamp();
	strlcpy(ring->error, error, sizeof(ring->error));
	LWLockRelease(ring->lock);
}

uint64
AuditRingTakeLost(void)
{
	uint64 lost = pg_atomic_read_u64(&ring->lost);
	uint64 news;

	LWLockAcquire(ring->lock, LW_EXCLUSIVE);
	news = lost - ring->lost_told;
	ring->lost_told = lost;
	LWLockRelease(ring->lock);
	return news;
}

bool
AuditRingMayWait(void)
{
	bool empty;

	pg_atomic_exchange_u32(&ring->waits, 1);
	LWLockAcquire(ring->lock, LW_SHARED);
	empty = ring->head == ring->tail;
	LWLockRelease(ring->lock);
	return empty;
}
