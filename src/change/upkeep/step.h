/*
 * What the steps of a round of upkeep share.
 */
#ifndef DYNAMO_UPKEEP_STEP_H
#define DYNAMO_UPKEEP_STEP_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"

typedef struct UpkeepRound
{
	bool soon; /* a step waits for something that is about to happen */
} UpkeepRound;

/* A transaction of the step's own, with a snapshot. What is palloc'd in it goes with it. */
extern void StepBegin(void);
extern void StepCommit(void);

/*
 * Calls `work` for the members of a list, which may each wait for a lock until it times out. It
 * begins with any of them, and leaves the rest for the next round after a while: what sessions hold
 * delays neither the same others each time nor the steps that follow.
 */
extern void StepEach(const List *list, void (*work)(void *member, UpkeepRound *round),
                     UpkeepRound *round);

extern TimestampTz MinutesAgo(int minutes);

#endif
