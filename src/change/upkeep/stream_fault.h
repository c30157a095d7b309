/*
 * dynamo.stream_fault: streams that lack changes, and are yet to be ended for that.
 *
 * What the capture worker has met is noted here first, which waits for no other transaction, and
 * lets the worker go on with all others; the stream ends once its row and its table can be locked.
 */
#ifndef DYNAMO_STREAM_FAULT_H
#define DYNAMO_STREAM_FAULT_H

#include "change/capture/capture_state.h"

#include "nodes/pg_list.h"

/* All in transactions of the caller's. Noting one twice is the same as once. */
extern void StreamFaultNote(const BrokenStream *broken);
extern void StreamFaultForget(const BrokenStream *broken);

/* A list of BrokenStream, palloc'd. */
extern List *StreamFaults(void);

#endif
