/*
 * Processes that wait for changes to be captured: readers of the log that do not poll.
 */
#ifndef DYNAMO_CAPTURE_WAIT_H
#define DYNAMO_CAPTURE_WAIT_H

#include "postgres.h"

/* Asks for shared memory while the server starts. */
extern void CaptureWaitInit(void);

/*
 * From here on, until the process ends, its latch is set after each flush of changes of its
 * database. False where all places are taken: it must look by itself.
 */
extern bool CaptureWaitBegin(void);

/* In the capture worker, after changes of the current database have become visible. */
extern void CaptureWaitersWake(void);

#endif
