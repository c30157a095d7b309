/*
 * The worker of backups: does the tasks of its database that are due, and ends.
 *
 * Each is one transaction, at whose end the task is gone: a crash, or an error, takes back all that
 * was done of it. What a user has cancelled is tried again as any other fault is.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "tcop/tcopprot.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "auth/policy/resource_policy.h"
#include "backup/image/image_place.h"
#include "backup/load.h"
#include "backup/take.h"
#include "backup/task.h"
#include "backup/undo.h"
#include "backup/worker/import_task.h"
#include "backup/worker_start.h"
#include "transfer/backup/file_place.h"
#include "transfer/export/export_run.h"
#include "error/error.h"
#include "error/guard.h"
#include "maintenance/maintenance.h"
#include "session/progress.h"
#include "session/worker_session.h"
#include "storage/catalog/catalog.h"
#include "storage/load.h"
#include "storage/query/ddl.h"
#include "storage/relation/lock.h"
#include "storage/relation/table_owner.h"
#include "storage/stream/recovery_catalog.h"

#define WORK "backup"
/* A lock that a session holds on one table does not keep the others waiting. */
#define LOCK_TIMEOUT "60s"

PGDLLEXPORT void DynamoBackupMain(Datum argument);

/* --- the kinds of tasks, each outside of any transaction --- */

/* The backup of a task, read in a transaction of its own, in `context`. */
static bool
ReadBackup(const BackupTask *task, MemoryContext context, Backup *backup)
{
	MemoryContext caller = CurrentMemoryContext;
	bool found;

	WorkerTransactionBegin();
	MemoryContextSwitchTo(context);
	found = BackupRead(task->backup, backup);
	WorkerTransactionCommit();
	MemoryContextSwitchTo(caller);
	return found;
}

static const BackupPlace *
PlaceOf(const Backup *backup)
{
	return backup->location != NULL ? &file_place : &image_place;
}

/* Ends in TryTask. */
static void
BeginProgress(ProgressKind kind, const BackupTask *task, Oid owner, Bytes table)
{
	ProgressBegin(&(ProgressWork){ .kind = kind,
	                               .task = task->id,
	                               .owner = owner,
	                               .table = table.data,
	                               .table_length = table.length });
}

/* The transaction that takes the image has no snapshot before the image's own. */
static void
RunBackup(const BackupTask *task, MemoryContext context)
{
	Backup backup;
	bool found = ReadBackup(task, context, &backup);

	if (found)
		BeginProgress(PROGRESS_BACKUP, task, backup.owner, backup.table);
	StartTransactionCommand();
	if (found)
		(void) BackupTake(&backup, PlaceOf(&backup), AccessShareLock);
	PushActiveSnapshot(GetTransactionSnapshot());
	BackupTaskDone(task->id);
	WorkerTransactionCommit();
}

/* The table that is to be loaded; NULL where it has been dropped, or is loaded. */
static Table *
OpenTarget(const BackupTask *task)
{
	Table *table = TableOpenRelation(task->relation);

	return table != NULL && table->status == STATUS_CREATING ? table : NULL;
}

static void
EmptyTarget(const BackupTask *task)
{
	Table *table;

	WorkerTransactionBegin();
	table = OpenTarget(task);
	if (table != NULL)
	{
		BeginProgress(PROGRESS_RESTORE, task, RelationOwner(table->relation),
		              table->definition.name);
		TableEmpty(table);
	}
	WorkerTransactionCommit();
}

/* In a transaction that has no snapshot yet. */
static void
RestoreToTime(const BackupTask *task)
{
	Table *target = OpenTarget(task);
	Table *source = target == NULL ? NULL : TableOpenRelation(task->source);

	if (target != NULL && source == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
		                errmsg("the table from which \"%.*s\" is restored is gone",
		                       BYTES_ARGS(target->definition.name))));
	if (target != NULL)
		UndoLoad(source, task->target, target);
}

static void
RunRestore(const BackupTask *task, MemoryContext context)
{
	Backup backup;
	bool found;
	Table *table;

	EmptyTarget(task);
	if (task->target != 0)
	{
		StartTransactionCommand();
		RestoreToTime(task);
		PushActiveSnapshot(GetTransactionSnapshot());
		BackupTaskDone(task->id);
		WorkerTransactionCommit();
		return;
	}
	found = ReadBackup(task, context, &backup);
	WorkerTransactionBegin();
	table = OpenTarget(task);
	if (table != NULL && !found)
		ereport(ERROR,
		        (errcode(ERRCODE_DATA_CORRUPTED), errmsg("the backup of table \"%.*s\" is gone",
		                                                 BYTES_ARGS(table->definition.name))));
	if (table != NULL)
		BackupLoad(&backup, PlaceOf(&backup), table);
	BackupTaskDone(task->id);
	WorkerTransactionCommit();
}

/* As the table's owner, who has asked for it. */
static void
DropSource(Oid relation)
{
	Table *table = TableOpenRelation(relation);
	CallerRole caller = BecomeTableOwner(table);

	RecoveryForget(relation);
	ResourcePolicyForget(relation);
	TableDrop(table);
	ReturnToCaller(&caller);
}

/* Writers of SQL wait, and do not find the table then. */
static void
RunLastBackup(const BackupTask *task, MemoryContext context)
{
	Backup backup;
	bool found = ReadBackup(task, context, &backup);
	bool made = false;

	if (found)
		BeginProgress(PROGRESS_BACKUP, task, backup.owner, backup.table);
	StartTransactionCommand();
	if (found)
		made = BackupTake(&backup, PlaceOf(&backup), ShareLock);
	PushActiveSnapshot(GetTransactionSnapshot());
	if (made)
		DropSource(task->relation);
	BackupTaskDone(task->id);
	WorkerTransactionCommit();
}

/*
 * The making of a backup that has failed is tried again while the backup is deleted: what deletes
 * it waits until no worker is at that, so that none writes more files then.
 */
static void
EndMaking(const BackupTask *task)
{
	BackupTask making;
	LOCKTAG tag;

	if (!BackupTaskFind(TASK_BACKUP, task->backup, InvalidOid, &making))
		return;
	tag = BackupTaskLock(making.id);
	if (LockAcquire(&tag, ExclusiveLock, false, true) == LOCKACQUIRE_NOT_AVAIL)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE),
		                errmsg("the backup that is to be deleted is being made")));
	BackupTaskDone(making.id);
}

static void
DeleteFiles(void *backup)
{
	BackupFilesDelete(backup);
}

static bool
IsMissingBucket(const ErrorData *error)
{
	return error->sqlerrcode == ExceptionSqlState(EXCEPTION_S3_NO_SUCH_BUCKET);
}

static bool
NoErrors(const ErrorData *error)
{
	return false;
}

/* What was never made has left nothing where there is no bucket; else it is tried again later. */
static void
DeleteFilesOf(Backup *backup)
{
	bool was_made = backup->chunks > 0 || backup->items > 0;
	ErrorData *error = Guard(DeleteFiles, backup, was_made ? NoErrors : IsMissingBucket);

	if (error != NULL)
		ereport(LOG, (errmsg("the bucket of the backup \"%.*s\", which failed, is missing",
		                     BYTES_ARGS(backup->name)),
		              errdetail("%s", error->message)));
}

/* The files go first: what is interrupted finds the row again. */
static void
RunDeletion(const BackupTask *task, MemoryContext context)
{
	Backup backup;

	WorkerTransactionBegin();
	EndMaking(task);
	if (BackupReadDeleted(task->backup, &backup) && backup.location != NULL)
		DeleteFilesOf(&backup);
	BackupForget(task->backup);
	BackupTaskDone(task->id);
	WorkerTransactionCommit();
}

/* The transaction has no snapshot before the export's own. */
static void
RunExport(const BackupTask *task, MemoryContext context)
{
	MemoryContext caller = CurrentMemoryContext;
	Export export;
	bool found;

	WorkerTransactionBegin();
	MemoryContextSwitchTo(context);
	found = ExportRead(task->backup, &export);
	WorkerTransactionCommit();
	MemoryContextSwitchTo(caller);
	found = found && export.status == EXPORT_IN_PROGRESS;
	if (found)
		BeginProgress(PROGRESS_EXPORT, task, export.owner, export.table);
	StartTransactionCommand();
	if (found)
		ExportRun(&export);
	PushActiveSnapshot(GetTransactionSnapshot());
	BackupTaskDone(task->id);
	WorkerTransactionCommit();
}

/* An export that meets an error has failed, as the service's. */
static void
FailExport(const BackupTask *task, const ErrorData *error)
{
	ExportFail(task->backup, error);
	BackupTaskDone(task->id);
}

static const struct
{
	const char *name;
	void (*run)(const BackupTask *task, MemoryContext context);
	/* Takes the place of BackupTaskFailed; NULL: nothing does. */
	void (*fail)(const BackupTask *task, const ErrorData *error);
} kinds[] = {
	[TASK_BACKUP] = { "making a backup", RunBackup },
	[TASK_RESTORE] = { "restoring a table", RunRestore },
	[TASK_DELETION] = { "deleting a backup", RunDeletion },
	[TASK_EXPORT] = { "exporting a table", RunExport, FailExport },
	[TASK_LAST_BACKUP] = { "making the last backup of a table", RunLastBackup },
	[TASK_IMPORT] = { "importing a table", ImportTaskRun, ImportTaskFail },
	[TASK_BULK_PUT] = { "putting items", ImportTaskRun, ImportTaskFail },
};

/* --- one task --- */

static void
RecordFailure(const BackupTask *task, const ErrorData *error, bool of_kind)
{
	WorkerTransactionBegin();
	if (of_kind && kinds[task->kind].fail != NULL)
		kinds[task->kind].fail(task, error);
	else
		BackupTaskFailed(task->id, error->message);
	WorkerTransactionCommit();
}

/* In a PG_CATCH: ends the transaction, and with it the role that it had. */
static void
LogError(MemoryContext caller, const BackupTask *task)
{
	char subject[32];

	snprintf(subject, sizeof(subject), INT64_FORMAT, task->id);
	MaintenanceEndError(caller, WORK, BytesFromCString(subject));
	SetUserIdAndSecContext(GetSessionUserId(), 0);
}

/* In a PG_CATCH. A task whose failure cannot be recorded is put off, so that the others go on. */
static void
EndError(MemoryContext caller, const BackupTask *task)
{
	ErrorData *error;

	MemoryContextSwitchTo(caller);
	error = CopyErrorData();
	LogError(caller, task);
	PG_TRY();
	{
		RecordFailure(task, error, true);
	}
	PG_CATCH();
	{
		LogError(caller, task);
		RecordFailure(task, error, false);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	FreeErrorData(error);
}

/* Whether the task is still to be done: a worker may have done it before it was locked here. */
static bool
IsToBeDone(int64 id, BackupTask *task)
{
	MemoryContext caller = CurrentMemoryContext;
	bool found;

	WorkerTransactionBegin();
	found = BackupTaskRead(id, task);
	WorkerTransactionCommit();
	MemoryContextSwitchTo(caller);
	return found;
}

static void
TryTask(int64 id, MemoryContext context)
{
	MemoryContext caller = CurrentMemoryContext;
	BackupTask task = { .id = id };

	PG_TRY();
	{
		if (IsToBeDone(id, &task))
		{
			pgstat_report_activity(STATE_RUNNING, kinds[task.kind].name);
			kinds[task.kind].run(&task, context);
		}
	}
	PG_CATCH();
	{
		EndError(caller, &task);
	}
	PG_END_TRY();
	ProgressEndAll();
	pgstat_report_activity(STATE_IDLE, NULL);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(context);
}

/* False where another worker is at it. */
static bool
RunTask(int64 id, MemoryContext context)
{
	LOCKTAG tag = BackupTaskLock(id);

	if (LockAcquire(&tag, ExclusiveLock, true, true) == LOCKACQUIRE_NOT_AVAIL)
		return false;
	TryTask(id, context);
	LockRelease(&tag, ExclusiveLock, true);
	MaintenanceCleanSession();
	return true;
}

/* --- all that is due --- */

static List *
TasksDue(MemoryContext context)
{
	MemoryContext caller = CurrentMemoryContext;
	List *tasks = NIL;

	WorkerTransactionBegin();
	if (CatalogExists())
	{
		MemoryContextSwitchTo(context);
		tasks = BackupTasksDue();
	}
	WorkerTransactionCommit();
	MemoryContextSwitchTo(caller);
	return tasks;
}

/* A task that has failed is not due any more: the loop ends. */
static void
RunAllDue(MemoryContext list, MemoryContext context)
{
	bool ran = true;

	while (ran)
	{
		ListCell *cell;

		ran = false;
		MemoryContextReset(list);
		foreach (cell, TasksDue(list))
			ran = RunTask(((const BackupTask *) lfirst(cell))->id, context) || ran;
	}
}

void
DynamoBackupMain(Datum argument)
{
	MemoryContext list;
	MemoryContext context;

	pqsignal(SIGTERM, die);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();
	if (!BackupPlaceTake())
		proc_exit(0);
	WorkerSessionBegin(DatumGetObjectId(argument), WORK, LOCK_TIMEOUT);
	list = AllocSetContextCreate(TopMemoryContext, "dynamo backup tasks", ALLOCSET_SMALL_SIZES);
	context = AllocSetContextCreate(TopMemoryContext, "dynamo backup", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(context);
	RunAllDue(list, context);
	/* A task that was added since then may have found no place. */
	BackupPlaceGiveUp();
	if (BackupPlaceTake())
		RunAllDue(list, context);
	proc_exit(0);
}
