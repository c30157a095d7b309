/*
 * Starting the worker that sends changes to this database's destinations, or telling the one that
 * runs to look at them. Where no worker is free a round of maintenance does it.
 */
#ifndef DYNAMO_DESTINATION_START_H
#define DYNAMO_DESTINATION_START_H

#include "postgres.h"

/* Once the current transaction has committed. Without the library preloaded nothing is done. */
extern void DestinationWorkerStart(void);

/* At once; raises no error, and needs no transaction. */
extern void DestinationWorkerStartNow(void);

#endif
