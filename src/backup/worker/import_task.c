/*
 * See import_task.h.
 */
#include "backup/worker/import_task.h"

#include "access/xact.h"
#include "utils/snapmgr.h"

#include "error/error.h"
#include "session/progress.h"
#include "session/worker_session.h"
#include "transfer/import/import_run.h"
#include "operation/import/bulk_run.h"
#include "transfer/store/store.h"

static bool
ReadJob(const BackupTask *task, MemoryContext context, ImportJob *job)
{
	MemoryContext caller = CurrentMemoryContext;
	bool found;

	WorkerTransactionBegin();
	MemoryContextSwitchTo(context);
	found = ImportJobRead(task->backup, job);
	WorkerTransactionCommit();
	MemoryContextSwitchTo(caller);
	return found && job->ended == 0;
}

static void
EndTask(const BackupTask *task)
{
	WorkerTransactionBegin();
	BackupTaskDone(task->id);
	WorkerTransactionCommit();
}

static void
EndFailed(ImportJob *job)
{
	WorkerTransactionBegin();
	if (job->kind == JOB_IMPORT)
		ImportEndFailed(job);
	else
		BulkEndFailed(job);
	WorkerTransactionCommit();
}

/* Ends with the task. */
static void
BeginProgress(const BackupTask *task, const ImportJob *job)
{
	ProgressBegin(
	    &(ProgressWork){ .kind = job->kind == JOB_IMPORT ? PROGRESS_IMPORT : PROGRESS_BULK_PUT,
	                     .task = task->id,
	                     .owner = job->owner,
	                     .table = job->table.data,
	                     .table_length = job->table.length });
}

void
ImportTaskRun(const BackupTask *task, MemoryContext context)
{
	ImportJob job;

	if (ReadJob(task, context, &job))
	{
		MemoryContextSwitchTo(context);
		BeginProgress(task, &job);
		if (job.failure_code.data != NULL)
			EndFailed(&job);
		else if (job.kind == JOB_IMPORT)
			ImportRun(&job);
		else
			BulkRun(&job);
	}
	EndTask(task);
}

void
ImportTaskFail(const BackupTask *task, const ErrorData *error)
{
	ImportJob job;
	bool found = ImportJobRead(task->backup, &job);

	if (found && SqlStateIsConflict(error->sqlerrcode))
	{
		BackupTaskFailed(task->id, error->message);
		return;
	}
	if (found && job.failure_code.data == NULL)
	{
		ImportJobSetFailure(&job, StoreFailureCode(error), error->message);
		return;
	}
	if (found)
		ImportJobEnd(&job, JOB_FAILED);
	BackupTaskDone(task->id);
}
