/*
 * See task.h.
 */
#include "backup/task.h"

#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "backup/worker_start.h"
#include "storage/query/ddl.h"
#include "storage/relation/lock.h"
#include "storage/query/own_query.h"
#include "storage/query/relation_name.h"

#define NULLABLE OWN_QUERY_COLUMN(6) /* target */
#define SELECT_TASKS                                                             \
	"SELECT id, kind, backup, relation, source, target, error IS NOT NULL FROM " \
	"dynamo.backup_task "

static const char *const kind_names[] = {
	[TASK_BACKUP] = "backup",     [TASK_RESTORE] = "restore",         [TASK_DELETION] = "deletion",
	[TASK_EXPORT] = "export",     [TASK_LAST_BACKUP] = "last backup", [TASK_IMPORT] = "import",
	[TASK_BULK_PUT] = "bulk put",
};

/* ALTER EXTENSION dynamo UPDATE from version 1.0 may be yet to come. */
static bool
TableExists(void)
{
	return OidIsValid(DynamoRelation(FUNCTION_SCHEMA, "backup_task"));
}

static BackupTaskKind
KindOf(Datum name)
{
	char *word = TextDatumGetCString(name);

	for (int kind = 0; kind < lengthof(kind_names); kind++)
		if (strcmp(kind_names[kind], word) == 0)
			return kind;
	ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
	                errmsg("dynamo.backup_task has a row of the unknown kind \"%s\"", word)));
}

static void
ReadTask(HeapTuple row, TupleDesc descriptor, BackupTask *task)
{
	Datum target;
	bool null;

	*task = (BackupTask){ .id = DatumGetInt64(heap_getattr(row, 1, descriptor, &null)),
		                  .kind = KindOf(heap_getattr(row, 2, descriptor, &null)),
		                  .backup = DatumGetInt64(heap_getattr(row, 3, descriptor, &null)),
		                  .relation = DatumGetObjectId(heap_getattr(row, 4, descriptor, &null)),
		                  .source = DatumGetObjectId(heap_getattr(row, 5, descriptor, &null)),
		                  .failed = DatumGetBool(heap_getattr(row, 7, descriptor, &null)) };
	target = heap_getattr(row, 6, descriptor, &null);
	task->target = null ? 0 : DatumGetTimestampTz(target);
}

static void
ReadOne(HeapTuple row, TupleDesc descriptor, void *task)
{
	ReadTask(row, descriptor, task);
}

static void
AddTask(HeapTuple row, TupleDesc descriptor, void *tasks)
{
	BackupTask *task = palloc_object(BackupTask);

	ReadTask(row, descriptor, task);
	*(List **) tasks = lappend(*(List **) tasks, task);
}

void
BackupTaskAdd(const BackupTask *task)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(kind_names[task->kind]));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(task->backup));
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(task->relation));
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(task->source));
	if (task->target == 0)
		OwnQueryAddNull(&query, TIMESTAMPTZOID);
	else
		OwnQueryAdd(&query, TIMESTAMPTZOID, TimestampTzGetDatum(task->target));
	(void) OwnQueryRun("INSERT INTO dynamo.backup_task (kind, backup, relation, source, target)"
	                   " VALUES ($1, $2, $3, $4, $5)",
	                   &query, NULL, NULL);
	BackupWorkerStart();
}

List *
BackupTasksDue(void)
{
	OwnQuery query = { .nullable = NULLABLE, .leaves_broken = true };
	List *tasks = NIL;

	if (TableExists())
		(void) OwnQueryRun(SELECT_TASKS "WHERE next_try <= pg_catalog.clock_timestamp()"
		                                " ORDER BY next_try, id LIMIT 100",
		                   &query, AddTask, &tasks);
	return tasks;
}

bool
BackupTaskRead(int64 id, BackupTask *task)
{
	OwnQuery query = { .nullable = NULLABLE };

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(id));
	return OwnQueryRun(SELECT_TASKS "WHERE id = $1", &query, ReadOne, task) > 0;
}

bool
BackupTaskFind(BackupTaskKind kind, int64 backup, Oid relation, BackupTask *task)
{
	OwnQuery query = { .nullable = NULLABLE };

	if (!TableExists())
		return false;
	OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(kind_names[kind]));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(backup));
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(relation));
	return OwnQueryRun(SELECT_TASKS
	                   "WHERE kind = $1 AND (backup = $2 OR $2 = 0)"
	                   " AND (relation = $3 OR $3 = 0) AND (kind <> 'restore' OR EXISTS"
	                   " (SELECT FROM pg_catalog.pg_class c WHERE c.oid = relation))"
	                   " ORDER BY id LIMIT 1",
	                   &query, ReadOne, task) > 0;
}

void
BackupTaskResume(BackupTaskKind kind, int64 backup, Oid relation)
{
	BackupTask task;
	LOCKTAG tag;

	if (RecoveryInProgress() || !BackupTaskFind(kind, backup, relation, &task) || task.failed)
		return;
	tag = BackupTaskLock(task.id);
	if (LockAcquire(&tag, ShareLock, false, true) == LOCKACQUIRE_NOT_AVAIL)
		return;
	LockRelease(&tag, ShareLock, false);
	BackupWorkerStartNow();
}

bool
BackupTaskReads(Oid source)
{
	OwnQuery query = { 0 };

	if (!TableExists())
		return false;
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(source));
	return OwnQueryRun("SELECT FROM dynamo.backup_task WHERE source = $1 AND error IS NULL", &query,
	                   NULL, NULL) > 0;
}

static void
ReadCount(HeapTuple row, TupleDesc descriptor, void *count)
{
	bool null;

	*(int64 *) count = DatumGetInt64(heap_getattr(row, 1, descriptor, &null));
}

int64
BackupTaskCount(BackupTaskKind kind)
{
	OwnQuery query = { 0 };
	int64 count = 0;

	OwnRowsLock("backup_task", GetUserId());
	OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(kind_names[kind]));
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(GetUserId()));
	(void) OwnQueryRunNow("SELECT pg_catalog.count(*) FROM dynamo.backup_task t"
	                      " LEFT JOIN dynamo.backup_catalog b ON b.id = t.backup"
	                      " LEFT JOIN pg_catalog.pg_class c ON c.oid = t.relation"
	                      " WHERE kind = $1 AND error IS NULL"
	                      " AND CASE WHEN kind = 'restore' THEN c.relowner ELSE b.owner END = $2",
	                      &query, ReadCount, &count);
	return count;
}

void
BackupTaskDone(int64 id)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(id));
	(void) OwnQueryRun("DELETE FROM dynamo.backup_task WHERE id = $1", &query, NULL, NULL);
}

void
BackupTaskFailed(int64 id, const char *error)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, INT8OID, Int64GetDatum(id));
	OwnQueryAdd(&query, TEXTOID, CStringGetTextDatum(error));
	(void) OwnQueryRun("UPDATE dynamo.backup_task SET tries = tries + 1, error = $2,"
	                   " next_try = pg_catalog.clock_timestamp()"
	                   " + least(60 << least(tries, 6), 3600) * interval '1 second'"
	                   " WHERE id = $1",
	                   &query, NULL, NULL);
}
