/*
 * Upkeep of the change log and of streams: what begins, continues and ends the capture of changes,
 * and what forgets them.
 *
 * A round of it is done by a job of maintenance in every database, and when a transaction commits
 * that has changed a stream (storage/stream/upkeep_start.h).
 */
#ifndef DYNAMO_STREAM_UPKEEP_H
#define DYNAMO_STREAM_UPKEEP_H

/* Defines settings, adds the job, and installs what notices DROP EXTENSION and DROP DATABASE. */
extern void StreamUpkeepInit(void);

#endif
