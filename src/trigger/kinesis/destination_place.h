/*
 * The workers of destinations: one of a database.
 */
#ifndef DYNAMO_DESTINATION_PLACE_H
#define DYNAMO_DESTINATION_PLACE_H

#include "postgres.h"

/* Asks for shared memory while the server starts. */
extern void DestinationPlaceInit(void);

/*
 * In a worker: takes the database's place until the process ends. False where another worker has
 * it, which is told that destinations have changed, or where all places are taken.
 */
extern bool DestinationPlaceTake(void);

/* How often the worker that has the place has been told so. */
extern uint32 DestinationPlaceChanges(void);

/* Gives the place back, unless there have been changes since there were so many. */
extern bool DestinationPlaceLeave(uint32 changes);

/* Whether the current database has a worker. */
extern bool DestinationPlaceIsTaken(void);

#endif
