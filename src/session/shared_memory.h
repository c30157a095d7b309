/*
 * Shared memory of the library's parts, which the server reserves while it starts.
 */
#ifndef DYNAMO_SHARED_MEMORY_H
#define DYNAMO_SHARED_MEMORY_H

#include "postgres.h"

#include "storage/lwlock.h"

/* One part's. Lives as long as the server. */
typedef struct SharedMemory
{
	const char *name; /* "dynamo http" */

	/* Bytes, when every setting is known; 0: the part wants none. */
	Size (*size)(void);

	/* Bytes that `attach` itself takes from shared memory; NULL: none. */
	Size (*more)(void);

	const char *tranche; /* of a lock that goes with it; NULL: none */

	/*
	 * In the postmaster, and again after a crash. `memory` is the part's, all zeros; `lock` is
	 * NULL where there is no tranche.
	 */
	void (*attach)(void *memory, LWLock *lock);
} SharedMemory;

/* While the library is preloaded; otherwise nothing, and `attach` is never called. */
extern void SharedMemoryAdd(const SharedMemory *part);

#endif
