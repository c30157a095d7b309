/*
 * Segments of dynamo.change_log: partitions that are begun one after the other, and dropped whole.
 *
 * A segment is made here, handed to the capture worker, and begun by it with its next chunks, which
 * is when it gets its row in dynamo.change_segment. All of it in a transaction with a snapshot,
 * under upkeep's lock of the database.
 */
#ifndef DYNAMO_SEGMENT_H
#define DYNAMO_SEGMENT_H

#include "postgres.h"

#include "nodes/pg_list.h"

typedef struct Segment
{
	int number;
	Oid relation;
} Segment;

/* The last segment that was made and is yet to be begun; false, and number 0, where there is none.
 */
extern bool SegmentPending(Segment *segment);

/* Makes the next one. */
extern Segment SegmentMake(void);

/* Whether the last one was begun so long ago that the next is due, and is none made yet. */
extern bool SegmentIsDue(void);

/* Locks the segments that the worker writes, so that it waits before its next chunks. */
extern void SegmentsLock(void);

/* Those that retention lets go, a list of palloc'd Segment; and drops one. */
extern List *SegmentsExpired(void);
extern void SegmentDrop(const Segment *segment);

#endif
