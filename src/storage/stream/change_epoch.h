/*
 * dynamo.change_epoch: since when changes of this database are captured without a gap.
 *
 * An epoch begins with a slot and ends with it; at most the last one has not ended. Upkeep alone
 * writes the rows. It ends an epoch from which nothing was lost under ShareRowExclusiveLock on
 * dynamo.stream_catalog: what a transaction that has begun a stream took for the epoch stays it
 * until that commits. It waits for none to end a lost one: a stream that began in it, and is seen
 * only later, has lost changes (change/upkeep/epoch.c).
 */
#ifndef DYNAMO_CHANGE_EPOCH_H
#define DYNAMO_CHANGE_EPOCH_H

#include "storage/stream/sequence_number.h"

#include "datatype/timestamp.h"

typedef struct ChangeEpoch
{
	uint32 epoch;
	uint64 system_identifier;
	TimeLineID timeline;
	XLogRecPtr start; /* changes committed before are not captured */
	TimestampTz started;
	TimestampTz ended; /* 0: changes are being captured, or about to */
	char loss[256];    /* why it ended, as far as there is room; empty: nothing was lost */
} ChangeEpoch;

/*
 * The last epoch; false where there has been none. Where it has ended the log has all of it: it is
 * complete below (epoch + 1, 0, 0). Raises data_corrupted for what is no epoch.
 */
extern bool ChangeEpochLast(ChangeEpoch *epoch);

/* All of them in the order of their numbers, palloc'd; NULL where there is none. */
extern ChangeEpoch *ChangeEpochs(int *count);

/* The epoch of a stream that begins now; where none is under way, one that the next is not below.
 */
extern uint32 ChangeEpochOfNewStream(void);

/* Begins an epoch of a slot that has changes from `start` on; its number. */
extern uint32 ChangeEpochBegin(XLogRecPtr start, const char *reason);

/* Ends the last one, where that is under way. `loss` says why changes may be lost; NULL: none are.
 */
extern void ChangeEpochEnd(const char *loss);

#endif
