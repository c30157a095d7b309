/*
 * The workers of triggers: how many there are in the server, and what each is at.
 */
#ifndef DYNAMO_TRIGGER_PLACE_H
#define DYNAMO_TRIGGER_PLACE_H

#include "postgres.h"

/* Defines dynamo.max_trigger_workers and asks for shared memory while the server starts. */
extern void TriggerPlaceInit(void);

/* A batch of a shard that a worker has called a function with. */
typedef struct TriggerCall
{
	int64 trigger; /* 0: none */
	int64 shard;
	Oid owner; /* of the trigger */
} TriggerCall;

/* In a worker: takes a place, until the process ends; false where all are taken. */
extern bool TriggerPlaceTake(void);

/*
 * Whether this worker serves endpoints and notifications, as one of its database does; and whether
 * it is the only one of its database.
 */
extern bool TriggerPlaceServesEndpoints(void);
extern bool TriggerPlaceIsAlone(void);

/*
 * Notes the call that is about to be made. False where another worker has been at a call of the
 * trigger for a while: a slow target has one worker at most. Nor has one role all of the workers
 * that call functions, where there are several and `shared` says that other roles have triggers,
 * too: how long a call takes is seen too late. The first only asks, so that what could not be
 * called is not read.
 */
extern bool TriggerPlaceMayBeginCall(const TriggerCall *call, bool shared);
extern bool TriggerPlaceBeginCall(const TriggerCall *call, bool shared);
extern void TriggerPlaceEndCall(void);

/* This worker ends because the call goes on in spite of its cancellation. Signal handlers may. */
extern void TriggerPlaceOverrun(void);

/* Whether a worker of the database has ended so for a call of the shard; says so once. */
extern bool TriggerPlaceTakeOverrun(const TriggerCall *call);

/* How many workers the current database has, and how many more have a place. */
extern int TriggerPlaceCount(void);
extern int TriggerPlacesFree(void);

/* A database has found no place; a worker that has had its for long should end for it. */
extern void TriggerPlaceWant(void);
extern bool TriggerPlaceIsWanted(void);

/* Triggers have been changed: the workers of the current database are to look. */
extern void TriggersChanged(void);
extern uint32 TriggersGeneration(void);

#endif
