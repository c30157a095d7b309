/*
 * How many background workers dynamo wants, and whether the server has room for them.
 */
#ifndef DYNAMO_WORKER_BUDGET_H
#define DYNAMO_WORKER_BUDGET_H

#include "postgres.h"

/* In the order in which they get their places. */
typedef enum WorkerKind
{
	WORKERS_ALWAYS, /* those that are registered when the server starts */
	WORKERS_FLUSHER,
	WORKERS_HTTP,
	WORKERS_AUDIT,
	WORKERS_STREAMS,
	WORKERS_MAINTENANCE,
	WORKERS_INDEX_BUILD,
	WORKERS_BACKUP,
	WORKERS_MIGRATIONS,
	WORKERS_REGIONS,
	WORKERS_TRIGGERS,
	WORKER_KINDS
} WorkerKind;

/*
 * While the library is preloaded: so many workers of the kind are wanted beside those that were
 * added before. `count` is asked when every setting is known. When the server starts, a warning
 * says what of all that has no room.
 */
extern void WorkerBudgetAdd(WorkerKind kind, int (*count)(void));

#endif
