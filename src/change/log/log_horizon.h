/*
 * dynamo.change_horizon: up to where retention has dropped changes, for each leaf.
 *
 * A reader whose place is at or below the horizon of its leaf has lost changes; one above it has
 * lost none, however old its place is.
 */
#ifndef DYNAMO_LOG_HORIZON_H
#define DYNAMO_LOG_HORIZON_H

#include "storage/stream/sequence_number.h"

/*
 * The last change of the leaf that retention has dropped; false where it has dropped none. To be
 * asked after the log has been read: what is dropped meanwhile is not found there.
 */
extern bool LogDropped(Oid leaf, SequenceNumber *last);

/*
 * Notes what a segment of the log has, in the transaction that drops it. `name` is the quoted name
 * of its relation.
 */
extern void LogHorizonAdvance(int segment, const char *name);

/* Forgets leaves without shards, whose changes nobody reads any more. */
extern void LogHorizonTrim(void);

#endif
