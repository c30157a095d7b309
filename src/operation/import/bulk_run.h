/*
 * Doing a bulk put: a worker's task.
 */
#ifndef DYNAMO_BULK_RUN_H
#define DYNAMO_BULK_RUN_H

#include "transfer/import/import_job.h"

/*
 * Puts the items of a bulk put and ends it, outside of any transaction, in the current context,
 * which is the job's own. Raises what keeps it from going on.
 */
extern void BulkRun(ImportJob *job);

/* Ends one that has failed, in a transaction: what was put stays. */
extern void BulkEndFailed(ImportJob *job);

#endif
