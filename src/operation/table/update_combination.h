/*
 * Which changes one UpdateTable may make together.
 */
#ifndef DYNAMO_UPDATE_COMBINATION_H
#define DYNAMO_UPDATE_COMBINATION_H

#include "model/structure.h"

/* Raises ValidationException for a request that changes what the service changes one at a time. */
extern void UpdateCombinationCheck(const Structure *request);

#endif
