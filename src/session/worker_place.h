/*
 * Places of workers in shared memory: how many of a kind work at once in the whole server.
 *
 * A place is the PID of a worker or 0. A worker takes one by compare and exchange and clears it
 * when it ends; after a crash all are empty. Without the library preloaded there are none, and all
 * may work.
 */
#ifndef DYNAMO_WORKER_PLACE_H
#define DYNAMO_WORKER_PLACE_H

#include "postgres.h"

#include "port/atomics.h"

#define MAX_WORKER_PLACES 64

/* One for each kind of worker, static. The places are set when shared memory is attached. */
typedef struct WorkerPlaces
{
	const int *limit; /* a setting: how many work at once, up to MAX_WORKER_PLACES */
	pg_atomic_uint32 *places;
	int own;         /* this process's place, counted from 1; 0: none */
	bool registered; /* for the end of the process */
} WorkerPlaces;

/* For the kind's SharedMemory. */
extern Size WorkerPlacesSize(void);
extern void WorkerPlacesAttach(WorkerPlaces *places, void *memory);

extern bool WorkerPlaceIsFree(const WorkerPlaces *places);

/* In a worker: whether it may work. It may until it gives its place up, or ends. */
extern bool WorkerPlaceTake(WorkerPlaces *places);
extern void WorkerPlaceGiveUp(WorkerPlaces *places);

#endif
