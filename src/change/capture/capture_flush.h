/*
 * What a capture worker writes: chunks and its position in one commit, and what it tells others.
 */
#ifndef DYNAMO_CAPTURE_FLUSH_H
#define DYNAMO_CAPTURE_FLUSH_H

#include "change/capture/capture_start.h"
#include "change/capture/capture_state.h"

/* Once, with the place of the worker. `position` is what is in the log. */
extern void CaptureFlushStart(CaptureState *place, const CaptureStart *start);

/* The epoch has a segment to write to, or upkeep has handed over its first. */
extern bool CaptureHasSegment(void);

/* Writes what was gathered, all of it committed before the position; whether that took a commit. */
extern bool CaptureFlush(XLogRecPtr position);

/* Says that all before the position is in the log. `time` is of the last commit, or it is now. */
extern void CapturePublish(XLogRecPtr position, TimestampTz time);

/* Milliseconds until the last flush is old enough for another one of few changes. */
extern long CaptureFlushDue(void);

/* Confirms to the slot what has become durable. */
extern void CaptureConfirm(void);

#endif
