/*
 * What dynamo's processes wait for, by the names that pg_stat_activity shows.
 */
#ifndef DYNAMO_WAIT_EVENT_H
#define DYNAMO_WAIT_EVENT_H

#include "postgres.h"

typedef enum WaitReason
{
	WAIT_FOR_REQUESTS, /* an HTTP worker without work */
	WAIT_FOR_WORKERS,  /* the flusher without work */
	WAIT_FOR_CHANGES,  /* the supervisor, for processes and settings to change */
	WAIT_FOR_ROUNDS,   /* the launcher of maintenance, for a round to be due or a worker to end */
	WAIT_FOR_COMMITS,  /* a capture worker without changes to read */
	WAIT_FOR_EVENTS,   /* a worker of triggers, for changes and answers */
	WAIT_FOR_RECORDS   /* the writer of the audit, for calls to be recorded */
} WaitReason;

/*
 * What WaitLatch takes. Only PostgreSQL 17 and later have names for it; before, all are
 * "Extension".
 */
extern uint32 WaitEventFor(WaitReason reason);

#endif
