/*
 * A round of upkeep of a database's streams: a list of steps, each in transactions of its own. What
 * goes wrong in one is logged once and tried again in the next round.
 */
#ifndef DYNAMO_UPKEEP_ROUND_H
#define DYNAMO_UPKEEP_ROUND_H

#include "postgres.h"

/*
 * In a worker that MaintenanceConnect has connected: does a round, unless another worker is at it
 * and one waits already; where `patient`, rounds until nothing is about to happen.
 */
extern void StreamUpkeep(bool patient);

#endif
