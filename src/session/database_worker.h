/*
 * Background workers of a database that are started while the server runs.
 */
#ifndef DYNAMO_DATABASE_WORKER_H
#define DYNAMO_DATABASE_WORKER_H

#include "postgres.h"

#include "postmaster/bgworker.h"

/* Lives as long as the process. */
typedef struct DatabaseWorker
{
	const char *name;     /* and type: "dynamo capture" */
	const char *function; /* of this library, given the database's oid */
	int restart;          /* seconds after an error, or BGW_NEVER_RESTART */
} DatabaseWorker;

/*
 * Starts one at once; raises no error, and needs no transaction. False where no worker is free, or
 * the library is not preloaded.
 */
extern bool DatabaseWorkerStart(const DatabaseWorker *worker, Oid database);

/*
 * Starts one for this database once the current transaction has committed, whether or not a
 * subtransaction that asks for it is rolled back. Without the library preloaded nothing is done.
 */
extern void DatabaseWorkerStartAtCommit(const DatabaseWorker *worker);

#endif
