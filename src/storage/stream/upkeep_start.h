/*
 * Starting upkeep of this database's streams, in a worker of its own, when a transaction that has
 * changed one commits. Where no worker is free maintenance does it in its next round.
 */
#ifndef DYNAMO_UPKEEP_START_H
#define DYNAMO_UPKEEP_START_H

#include "postgres.h"

/* Once the current transaction has committed. Without the library preloaded nothing is done. */
extern void StreamUpkeepStart(void);

/* At once; raises no error, and needs no transaction. */
extern void StreamUpkeepStartNow(Oid database);

#endif
