/*
 * The life of an epoch: when it begins, is lost, or is over. Outside of any transaction, under
 * upkeep's lock of the database.
 */
#ifndef DYNAMO_EPOCH_LIFE_H
#define DYNAMO_EPOCH_LIFE_H

#include "change/upkeep/step.h"

/*
 * Ends an epoch in which changes may have been lost, with all streams that are enabled: their
 * tables get new ones by ReconcileTables.
 */
extern void EpochCheck(UpkeepRound *round);

/* Ends the epoch where no stream is enabled any more and all of their changes are in the log. */
extern void EpochFinish(UpkeepRound *round);

/* Makes slot, origin, epoch and segment where there is none and a stream is enabled. */
extern void EpochBegin(UpkeepRound *round);

/* Starts the capture worker of an epoch that is under way. */
extern void EpochContinue(UpkeepRound *round);

/* Ends the worker and drops slot and origin, after DROP EXTENSION. */
extern void EpochRemove(UpkeepRound *round);

#endif
