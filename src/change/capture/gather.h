/*
 * Changes that are decoded and yet to be written: one run for each shard, packed when it is a full
 * chunk. What does not fit in memory, where one transaction has so many, is kept in a temporary
 * file. A process has one such set.
 */
#ifndef DYNAMO_GATHER_H
#define DYNAMO_GATHER_H

#include "change/log/log_write.h"

/* Once, with nothing gathered. */
extern void GatherStart(void);

/* Changes come in the order of their sequence numbers. */
extern void GatherAdd(Oid leaf, int64 label, const LoggedChange *change);

extern bool GatherIsEmpty(void);

/* There is a full chunk. */
extern bool GatherIsFull(void);

/* The first change; there is one. */
extern const SequenceNumber *GatherFirst(void);

/* Hands over all chunks, in the order of their changes for each shard. */
extern void GatherEmit(void (*append)(const ChunkRow *row, void *state), void *state);

/* Forgets what was gathered. */
extern void GatherReset(void);

#endif
