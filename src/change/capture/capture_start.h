/*
 * Where a capture worker begins, and whether it may.
 */
#ifndef DYNAMO_CAPTURE_START_H
#define DYNAMO_CAPTURE_START_H

#include "change/log/log_write.h"

#include "replication/origin.h"

typedef struct CaptureStart
{
	uint32 epoch;
	RepOriginId origin;
	XLogRecPtr position; /* what was committed before is in the log */
	bool has_segment;    /* else the epoch's first is yet to be handed over */
	LogSegment segment;
} CaptureStart;

/*
 * Takes the database's slot and origin for this process, and finds the log's tables. Outside of
 * transactions, before anything is decoded. Returns why changes may have been lost, so that a new
 * epoch must begin, a constant; NULL where all is well. Raises object_in_use where another process
 * has the slot or the origin.
 */
extern const char *CaptureTakeUp(CaptureStart *start);

#endif
