/*
 * Upkeep's side of what it shares with the capture worker of the current database.
 */
#ifndef DYNAMO_CAPTURE_CONTROL_H
#define DYNAMO_CAPTURE_CONTROL_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "change/capture/capture_state.h"

/* The database's phase; CAPTURE_STOPPED where it has no place. */
extern CapturePhase CapturePhaseNow(void);

/* Says what upkeep is at while no worker runs; takes a place. `fault` NULL: none. */
extern void CaptureNote(CapturePhase phase, const char *fault);

/* The last fault, palloc'd; empty where there is none. */
extern char *CaptureFault(void);

/* Whether all that was committed before the position in the epoch is in the log. */
extern bool CaptureHasReached(const SequenceNumber *position);

/* How far the worker of the epoch has got in the server's life; InvalidXLogRecPtr: that is not
 * known.
 */
extern XLogRecPtr CaptureReached(uint32 epoch);

/* Has the worker look at WAL now. */
extern void CaptureAwaken(void);

/* Starts the worker, unless there is one. */
extern void CaptureStart(void);

/*
 * Ends the worker of a database, and any other process that uses its slot, and waits for that.
 * Raises object_in_use where it does not end.
 */
extern void CaptureStop(Oid database);

/* Has the worker begin a segment with what it writes next. */
extern void CaptureHandOver(int segment, Oid relation);

/* The streams that the worker has given up, a list of palloc'd BrokenStream; and forgets one. */
extern List *CaptureBroken(void);
extern void CaptureBrokenForget(const BrokenStream *broken);

/* Gives the place of a database back where it captures nothing any more. */
extern void CaptureForget(Oid database);

#endif
