/*
 * Reading the change log.
 *
 * Chunks are immutable: a reader needs no lock but on the segment that it reads, which retention
 * drops whole. How far the log is complete is read before the snapshot is taken.
 */
#ifndef DYNAMO_LOG_READ_H
#define DYNAMO_LOG_READ_H

#include "change/log/chunk.h"

typedef struct LogCursor LogCursor;

/*
 * Whether the log may have changes of the leaf at or after `from` that LogCursorOpen would find.
 * Looks at shared memory alone: for those who poll. False positives are possible. To be asked after
 * LogCaptured.
 */
extern bool LogMayHave(Oid leaf, const SequenceNumber *from);

/*
 * How far the log is complete: every change below it that will ever be in the log is there, and
 * seen by snapshots taken from now on. Where an epoch has ended and no other has begun that is the
 * beginning of the next one; epoch 0 where there has been none. Looks at shared memory alone while
 * changes are being captured.
 */
extern SequenceNumber LogCaptured(void);

/*
 * The same from shared memory alone, outside of transactions, too; false where no worker captures
 * changes of this database, or has not yet said how far it is.
 */
extern bool LogCapturedByWorker(SequenceNumber *captured);

/* The beginning of WAL that is to be written, in the epoch: of what commits from now on. */
extern SequenceNumber LogEnd(uint32 epoch);

/*
 * The lowest sequence number that the log may have: retention has dropped what is below, if there
 * was any. Epoch 0 where it has none.
 */
extern SequenceNumber LogOldest(void);

/*
 * Where reading goes on for those who have found nothing from `from` on, below `before`, since they
 * saw that the log is complete up to `captured`: past what has no changes of theirs.
 */
extern SequenceNumber LogNext(const SequenceNumber *from, const SequenceNumber *before,
                              const SequenceNumber *captured);

#define LOG_ANY_LABEL (-1)

/*
 * The changes of a leaf, in order, at or after `from` and below `before`, while the table's stream
 * had the label (LOG_ANY_LABEL: whichever it was, hidden ones too), in the current memory context.
 * Reads under a snapshot of its own, as of now.
 */
extern LogCursor *LogCursorOpen(Oid leaf, int64 label, const SequenceNumber *from,
                                const SequenceNumber *before);

/*
 * The changes of a leaf in the epoch that were committed after `time`, and some before, below
 * `before`.
 */
extern LogCursor *LogCursorOpenSince(Oid leaf, uint32 epoch, TimestampTz time,
                                     const SequenceNumber *before);

/* When the oldest segment of the epoch that the log has was begun; DT_NOBEGIN where retention has
 * dropped nothing of the epoch. */
extern TimestampTz LogSegmentsSince(uint32 epoch);

/* From here on changes of stamps alone are given, too. */
extern void LogCursorWithRestamps(LogCursor *cursor);

/* The next change; its items are good until the next call. False at the end. */
extern bool LogCursorNext(LogCursor *cursor, LoggedChange *change);

/*
 * Where reading goes on: behind the last change that LogCursorNext gave; at the end, where the log
 * was complete when the cursor was opened, at most `before`.
 */
extern SequenceNumber LogCursorPosition(const LogCursor *cursor);

/* Whether LogCursorNext has returned false. */
extern bool LogCursorEnded(const LogCursor *cursor);

/* Whether retention has dropped changes while they were read: they have been skipped. */
extern bool LogCursorLostSegment(const LogCursor *cursor);

extern void LogCursorClose(LogCursor *cursor);

#endif
