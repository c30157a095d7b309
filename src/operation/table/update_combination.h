/*
 * Which changes one UpdateTable may make together.
 */
#ifndef DYNAMO_UPDATE_COMBINATION_H
#define DYNAMO_UPDATE_COMBINATION_H

#include "model/structure.h"

/* Raises ValidationException for a request that changes what the service changes one at a time. */
extern void UpdateCombinationCheck(const Structure *request);

/* Whether the table's status stays as it is: what is UPDATING are parts of it. */
extern bool UpdateKeepsStatus(const Structure *request);

#endif
