/*
 * What is known of capture workers, in shared memory: a place for each database that captures.
 *
 * Upkeep takes a place before it starts the worker, sets `stop` to end it, and gives the place back
 * once the phase is CAPTURE_STOPPED, or CAPTURE_NEEDS_EPOCH: a worker that an error has ended is
 * started again, and looks for its place. Both are done under the lock, as are texts, `stop`,
 * `next_segment`, what failed and what is broken. Atomics are read without it. The worker alone
 * writes them, but for the phase of a place that has none.
 *
 * A worker that has reported a broken stream captures nothing more until upkeep has ended the
 * stream, set `broken_count` to 0 and woken it.
 */
#ifndef DYNAMO_CAPTURE_STATE_H
#define DYNAMO_CAPTURE_STATE_H

#include "storage/stream/sequence_number.h"

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"
#include "port/atomics.h"
#include "storage/latch.h"
#include "storage/lwlock.h"

#define CAPTURE_MAX_DATABASES 64
#define CAPTURE_LEAVES 4096 /* buckets of leaves, by their oids */
#define CAPTURE_BROKEN 32

typedef enum CapturePhase
{
	CAPTURE_STOPPED,   /* the worker has not begun, or has ended since it was to */
	CAPTURE_PREPARING, /* upkeep makes the slot, which waits for transactions that run */
	CAPTURE_RUNNING,
	CAPTURE_FAILED,     /* an error that is tried again: see `error` */
	CAPTURE_NEEDS_EPOCH /* changes may have been lost: upkeep begins a new epoch */
} CapturePhase;

#define BROKEN_ANY_LABEL (-1) /* the stream that the relation has: its label cannot be read */

/* A stream some of whose changes could not be decoded. */
typedef struct BrokenStream
{
	Oid relation;
	int64 label;
} BrokenStream;

typedef struct CaptureState
{
	Oid database; /* InvalidOid: the place is free */
	pid_t pid;    /* of the worker; 0: none */
	Latch *latch; /* of it, or NULL */
	pg_atomic_uint32 phase;
	pg_atomic_uint32 epoch;
	pg_atomic_uint64 captured;  /* the log is complete up to this position in WAL, and visible */
	pg_atomic_uint64 confirmed; /* of the slot */
	pg_atomic_uint64 captured_time; /* of the last commit captured; of when there was none left */
	pg_atomic_uint64 changes;       /* since the server started */
	pg_atomic_uint64 chunks;
	/* Where the last change of each bucket's leaves lies; what is before is in the log. */
	pg_atomic_uint64 last_change[CAPTURE_LEAVES];
	bool stop;
	int next_segment; /* number of the segment that is to be begun; 0: none */
	Oid next_segment_relation;
	int failures; /* in a row */
	TimestampTz failed_at;
	XLogRecPtr failed_position; /* captured further than here, they are over */
	char error[512];
	int broken_count;
	BrokenStream broken[CAPTURE_BROKEN];
} CaptureState;

/* The bucket of a leaf. */
#define CaptureBucket(leaf) ((leaf) % CAPTURE_LEAVES)

extern void CaptureStateInit(void);

/* A database's place, or NULL; cheap. */
extern CaptureState *CaptureStateFind(Oid database);

/* The same, but takes a place where the database has none; NULL where all are taken. */
extern CaptureState *CaptureStateTake(Oid database);
extern void CaptureStateGiveBack(CaptureState *state);

/* The OIDs of the databases that have places. */
extern List *CaptureStateDatabases(void);

/* Guards what is said above. */
extern LWLock *CaptureStateLock(void);

/*
 * Wakes the capture workers: of all databases, after WAL has been flushed, or of this one, after a
 * commit. The second is done at each commit of this process, unless another one flushes what it
 * commits and calls the first: CaptureLeaveWaking says so.
 */
extern void CaptureWakeAll(void);
extern void CaptureWake(void);
extern void CaptureLeaveWaking(void);

#endif
