/*
 * What the steps of a round of upkeep share.
 */
#ifndef DYNAMO_UPKEEP_STEP_H
#define DYNAMO_UPKEEP_STEP_H

#include "postgres.h"

#include "datatype/timestamp.h"

typedef struct UpkeepRound
{
	bool soon; /* a step waits for something that is about to happen */
} UpkeepRound;

/* A transaction of the step's own, with a snapshot. What is palloc'd in it goes with it. */
extern void StepBegin(void);
extern void StepCommit(void);

extern TimestampTz MinutesAgo(int minutes);

#endif
