/*
 * Doing an import: a worker's task.
 */
#ifndef DYNAMO_IMPORT_RUN_H
#define DYNAMO_IMPORT_RUN_H

#include "transfer/import/import_job.h"

/*
 * Loads the table of an import and ends it, outside of any transaction, in the current context,
 * which is the job's own. Raises what keeps the import from going on: ImportFail is for that.
 */
extern void ImportRun(ImportJob *job);

/*
 * Ends an import that has failed, in a transaction: the table goes where nothing was read yet, else
 * it stays with what was loaded.
 */
extern void ImportEndFailed(ImportJob *job);

#endif
