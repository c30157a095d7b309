/*
 * The life of shards: they are closed with their stream, or followed by another after a time, and
 * forgotten. Outside of any transaction, under upkeep's lock of the database.
 */
#ifndef DYNAMO_SHARD_LIFE_H
#define DYNAMO_SHARD_LIFE_H

#include "change/upkeep/step.h"

/* Closes the shards of streams that have ended. */
extern void ShardsClose(UpkeepRound *round);

/* Closes those that have been open for long, and opens the next where they end. */
extern void ShardsRoll(UpkeepRound *round);

/* Drops segments and forgets shards and streams that ended longer ago than retention. */
extern void LogTrim(UpkeepRound *round);

#endif
