/*
 * Rows of dynamo.backup_task: what the worker of backups has to do.
 *
 * An operation adds a task in its own transaction; the transaction in which the worker has done it
 * deletes it. So a crash leaves the task, and nothing of what was half done. One that fails is
 * tried again after pauses of a minute, two, four, ..., an hour at most, and its row says why.
 *
 * A worker holds BackupTaskLock of the task that it is at.
 */
#ifndef DYNAMO_BACKUP_TASK_H
#define DYNAMO_BACKUP_TASK_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"

typedef enum BackupTaskKind
{
	TASK_BACKUP,      /* makes the image of a backup that is CREATING */
	TASK_RESTORE,     /* loads the items of a table that is CREATING */
	TASK_DELETION,    /* deletes the chunks of a backup that is DELETED, and its row */
	TASK_EXPORT,      /* writes an export that is IN_PROGRESS */
	TASK_LAST_BACKUP, /* makes the backup of a table that is DELETING, and drops the table */
	TASK_IMPORT,      /* loads a table from a store; `backup` is the number of its import_job */
	TASK_BULK_PUT     /* puts items into a table from a store; the same */
} BackupTaskKind;

typedef struct BackupTask
{
	int64 id;
	BackupTaskKind kind;
	int64 backup;       /* of an export its own number */
	Oid relation;       /* of the table that is backed up or loaded; InvalidOid: none */
	Oid source;         /* of a restore to a point in time: the table's relation; else InvalidOid */
	TimestampTz target; /* and the time */
	bool failed;        /* the last time */
} BackupTask;

/* Adds a task; its worker starts once the current transaction has committed. */
extern void BackupTaskAdd(const BackupTask *task);

/* Those whose time has come, the oldest first: a list of palloc'd BackupTask. */
extern List *BackupTasksDue(void);

/* The task itself, false where it has been done; the one of this kind for a backup or a relation
 * (0 and InvalidOid: any), the oldest where there are several. A restore whose table has been
 * dropped is none. */
extern bool BackupTaskRead(int64 id, BackupTask *task);
extern bool BackupTaskFind(BackupTaskKind kind, int64 backup, Oid relation, BackupTask *task);

/* Whether a table is being restored to a point in time from what this one was. */
extern bool BackupTaskReads(Oid source);

/*
 * How many of a kind the current role has asked for, those that have failed left out; no other
 * transaction of the role that counts them goes on until this one ends.
 */
extern int64 BackupTaskCount(BackupTaskKind kind);

/* Has a worker take up the task, where there is one that no worker is at and whose time has come:
 * for descriptions, where maintenance does not run. */
extern void BackupTaskResume(BackupTaskKind kind, int64 backup, Oid relation);

extern void BackupTaskDone(int64 id);
extern void BackupTaskFailed(int64 id, const char *error);

#endif
