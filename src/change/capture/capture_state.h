/*
 * What is known of capture workers, in shared memory: a place for each database that captures.
 *
 * A place is taken and given back under the lock. Its worker alone writes what is in it but `stop`,
 * `next_segment` and `wanted`, which are upkeep's. Others read the atomics without the lock, and
 * texts under it.
 */
#ifndef DYNAMO_CAPTURE_STATE_H
#define DYNAMO_CAPTURE_STATE_H

#include "storage/stream/sequence_number.h"

#include "datatype/timestamp.h"
#include "port/atomics.h"
#include "storage/latch.h"
#include "storage/lwlock.h"

#define CAPTURE_MAX_DATABASES 64
#define CAPTURE_LEAVES 4096 /* buckets of leaves, by their oids */
#define CAPTURE_BROKEN 32

typedef enum CapturePhase
{
	CAPTURE_STOPPED,
	CAPTURE_PREPARING, /* upkeep makes the slot, which waits for transactions that run */
	CAPTURE_RUNNING,
	CAPTURE_FAILED,     /* an error that is tried again: see `error` */
	CAPTURE_NEEDS_EPOCH /* changes may have been lost: upkeep begins a new epoch */
} CapturePhase;

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
	pg_atomic_uint64
	    captured_time;        /* of the last commit captured, or of now where there is none left */
	pg_atomic_uint64 changes; /* since the server started */
	pg_atomic_uint64 chunks;
	/* Where the last change of each bucket's leaves lies; what is before is in the log. */
	pg_atomic_uint64 last_change[CAPTURE_LEAVES];
	bool stop;
	int next_segment; /* number of the segment that is to be begun; 0: none */
	Oid next_segment_relation;
	int failures; /* in a row */
	TimestampTz failed_at;
	char error[512];
	int broken_count;
	BrokenStream broken[CAPTURE_BROKEN];
} CaptureState;

extern void CaptureStateInit(void);

/* This database's place, or NULL; and one that is taken where there is none, NULL where all are. */
extern CaptureState *CaptureStateFind(Oid database);
extern CaptureState *CaptureStateTake(Oid database);
extern void CaptureStateGiveBack(CaptureState *state);

/* Guards what is said above. */
extern LWLock *CaptureStateLock(void);

/*
 * Wakes the capture workers: of all databases, after WAL has been flushed, or of this one, after a
 * commit.
 */
extern void CaptureWakeAll(void);
extern void CaptureWake(void);

#endif
