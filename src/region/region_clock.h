/*
 * The clock that stamps the writes of this region, in shared memory.
 *
 * Its reserve, a tick that it has not reached, is the progress of the replication origin
 * `dynamo_clock`: WAL has it before the first write that is stamped past the reserve before, so a
 * crash, and a standby that is promoted, go on behind every stamp that was given or seen.
 *
 * Beside it stand the stamps of the last deletions by the hash of their keys. An insert takes its
 * stamp before it holds its key; once it does, this tells whether the key may have been deleted
 * between. A restart ends both transactions, so that they need not be kept.
 */
#ifndef DYNAMO_REGION_CLOCK_H
#define DYNAMO_REGION_CLOCK_H

#include "region/stamp.h"

/* Defines dynamo.region_number and asks for shared memory. */
extern void RegionClockInit(void);

/* This region's number; 0: it has none, or the library is not preloaded. */
extern int RegionNumber(void);

/* The setting, also before there is shared memory. */
extern int RegionNumberSetting(void);

/* Makes the origin, in a transaction, where there is none. Before the first stamp. */
extern void RegionClockPrepare(void);

/* In a transaction, of a region that has a number: a stamp that is later than all before. */
extern Stamp RegionStamp(void);

/* In a transaction: later stamps will be later than this one, which another region has given. */
extern void RegionClockFollow(Stamp seen);

/* How far the clock is ahead of the time of day, in microseconds; 0 where it has not been used. */
extern int64 RegionClockLead(void);

/* Notes a deletion of a key with this hash, before the deletion's transaction commits. */
extern void RegionNoteDeletion(uint64 hash, Stamp stamp);

/* The latest deletion of such keys since the server was started, or a later one of others. */
extern Stamp RegionLastDeletion(uint64 hash);

#endif
