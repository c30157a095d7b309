/*
 * Whether dynamo's own processes are there: shared memory, and workers in the background.
 */
#ifndef DYNAMO_PRELOAD_H
#define DYNAMO_PRELOAD_H

#include "postgres.h"

/* When the library is loaded. */
extern void PreloadInit(void);

/*
 * Whether the server was started with the library, so that maintenance does what sessions must
 * do for themselves otherwise. Not while pg_upgrade runs: what it copies must not change.
 */
extern bool IsPreloaded(void);

#endif
