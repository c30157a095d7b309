/*
 * The workers that build indexes: starting them, and how many build at once.
 */
#ifndef DYNAMO_BUILD_WORKER_H
#define DYNAMO_BUILD_WORKER_H

#include "postgres.h"

/* What a worker is told, in bgw_extra. */
typedef struct BuildOrder
{
	Oid database;
	Oid relation;
} BuildOrder;

/* Defines the setting; asks for shared memory while the server starts. */
extern void BuildWorkerInit(void);

/*
 * Starts a worker for the table's relation once the current transaction has
 * committed. Where none is free then, that is a notice, and maintenance starts one
 * later. Without maintenance the worker starts at once and waits for the
 * transaction, and raises configuration_limit_exceeded where none is free.
 */
extern void BuildWorkerStart(Oid relation);

/* Starts one at once, unless none is free or as many as may build do. */
extern void BuildWorkerResume(Oid relation);

/*
 * In a worker: whether it may build, beside as many others as
 * dynamo.max_index_builds lets. It may until it gives its place up, or ends.
 */
extern bool BuildPlaceTake(void);
extern void BuildPlaceGiveUp(void);

#endif
