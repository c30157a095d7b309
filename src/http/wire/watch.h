/*
 * Descriptors that a worker waits for beside those of the HTTP library: its
 * listening sockets, and what else a part wants to be called for.
 */
#ifndef DYNAMO_HTTP_WATCH_H
#define DYNAMO_HTTP_WATCH_H

#include "postgres.h"

typedef enum WatchFor
{
	WATCH_INPUT,  /* there is something to read, or an end or error; again and again */
	WATCH_HANG_UP /* the other side has sent all that it will; once */
} WatchFor;

/* In the memory of who adds it, until it is removed. */
typedef struct Watch
{
	int fd;
	WatchFor what;
	void (*ready)(struct Watch *watch); /* must not raise an error */
	bool added;
} Watch;

/* At a worker's start. Raises an error where there is no descriptor left. */
extern void WatchInit(void);

/* A descriptor that may be read from while something is ready. */
extern int WatchDescriptor(void);

/* False, with errno, where the kernel has no room. Does nothing if it is added already. */
extern bool WatchAdd(Watch *watch);

/* Before the descriptor is closed. Does nothing if it is not added. */
extern void WatchRemove(Watch *watch);

/* Calls those that are ready. */
extern void WatchRun(void);

#endif
