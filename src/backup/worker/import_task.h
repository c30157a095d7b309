/*
 * Imports and bulk puts as tasks of the worker.
 */
#ifndef DYNAMO_IMPORT_TASK_H
#define DYNAMO_IMPORT_TASK_H

#include "backup/task.h"

/* Does the task's job, outside of any transaction, or ends with one that has failed. */
extern void ImportTaskRun(const BackupTask *task, MemoryContext context);

/*
 * Notes what the job has failed by, in a transaction. The task stays, so that the job is ended
 * with, unless that is what has failed. What a session's lock was in the way of is tried again
 * later, as of other tasks.
 */
extern void ImportTaskFail(const BackupTask *task, const ErrorData *error);

#endif
