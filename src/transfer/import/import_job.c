/*
 * See import_job.h.
 */
#include "transfer/import/import_job.h"

#include "catalog/pg_type.h"
#include "common/pg_prng.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "text/unix_time.h"
#include "storage/query/ddl.h"
#include "storage/query/own_query.h"
#include "storage/query/relation_name.h"

#define SELECT_JOBS                                                                        \
	"SELECT id, kind, identifier, table_name, table_id, relation, owner, status, request," \
	" token, token_hash, started, ended, total_bytes, attempts, failure_code,"             \
	" failure_message, passed_bytes, taken_bytes, processed_items, written_items, errors," \
	" put_bytes, object, number FROM dynamo.import_job "

/* An output may be longer than the item that it is about. */
#define ERRORS_AT_ONCE 20

/* Of SELECT_JOBS. */
enum
{
	COLUMN_ID,
	COLUMN_KIND,
	COLUMN_IDENTIFIER,
	COLUMN_TABLE,
	COLUMN_TABLE_ID,
	COLUMN_RELATION,
	COLUMN_OWNER,
	COLUMN_STATUS,
	COLUMN_REQUEST,
	COLUMN_TOKEN,
	COLUMN_TOKEN_HASH,
	COLUMN_STARTED,
	COLUMN_ENDED,
	COLUMN_TOTAL,
	COLUMN_ATTEMPTS,
	COLUMN_FAILURE_CODE,
	COLUMN_FAILURE_MESSAGE,
	COLUMN_PASSED,
	COLUMN_TAKEN,
	COLUMN_PROCESSED,
	COLUMN_WRITTEN,
	COLUMN_ERRORS,
	COLUMN_PUT_BYTES,
	COLUMN_OBJECT,
	COLUMN_NUMBER,
	COLUMN_COUNT
};

#define OPTIONAL_COLUMNS                                                                        \
	(OWN_QUERY_COLUMN(COLUMN_TOKEN + 1) | OWN_QUERY_COLUMN(COLUMN_TOKEN_HASH + 1) |             \
	 OWN_QUERY_COLUMN(COLUMN_ENDED + 1) | OWN_QUERY_COLUMN(COLUMN_TOTAL + 1) |                  \
	 OWN_QUERY_COLUMN(COLUMN_FAILURE_CODE + 1) | OWN_QUERY_COLUMN(COLUMN_FAILURE_MESSAGE + 1) | \
	 OWN_QUERY_COLUMN(COLUMN_OBJECT + 1))
#define OPTIONAL_ERROR_COLUMNS OWN_QUERY_COLUMN(6) /* output */

static const char *const kind_names[] = {
	[JOB_IMPORT] = "import",
	[JOB_BULK_PUT] = "bulk put",
};

static const char *const status_names[] = {
	[JOB_IN_PROGRESS] = "IN_PROGRESS",
	[JOB_COMPLETED] = "COMPLETED",
	[JOB_COMPLETED_WITH_ERRORS] = "COMPLETED_WITH_ERRORS",
	[JOB_CANCELLING] = "CANCELLING",
	[JOB_CANCELLED] = "CANCELLED",
	[JOB_FAILED] = "FAILED",
};

const char *
ImportJobStatusName(ImportJobStatus status)
{
	return status_names[status];
}

/* ALTER EXTENSION dynamo UPDATE from version 1.0 may be yet to come. */
static bool
TableExists(void)
{
	return OidIsValid(DynamoRelation(FUNCTION_SCHEMA, "import_job"));
}

/* --- reading --- */

static Bytes
TextOf(const Datum *values, const bool *nulls, int column)
{
	if (nulls[column])
		return (Bytes){ NULL, 0 };
	return BytesFromCString(TextDatumGetCString(values[column]));
}

static Bytes
BytesOf(const Datum *values, const bool *nulls, int column)
{
	bytea *bytes;

	if (nulls[column])
		return (Bytes){ NULL, 0 };
	bytes = DatumGetByteaPCopy(values[column]);
	return (Bytes){ VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes) };
}

static void
ReadProgress(const Datum *values, const bool *nulls, ImportProgress *progress)
{
	*progress = (ImportProgress){
		.passed = DatumGetInt64(values[COLUMN_PASSED]),
		.taken = DatumGetInt64(values[COLUMN_TAKEN]),
		.processed = DatumGetInt64(values[COLUMN_PROCESSED]),
		.written = DatumGetInt64(values[COLUMN_WRITTEN]),
		.errors = DatumGetInt64(values[COLUMN_ERRORS]),
		.put_bytes = DatumGetInt64(values[COLUMN_PUT_BYTES]),
		.object = nulls[COLUMN_OBJECT] ? NULL : TextDatumGetCString(values[COLUMN_OBJECT]),
		.number = DatumGetInt64(values[COLUMN_NUMBER]),
	};
}

static void
ReadJob(HeapTuple row, TupleDesc descriptor, ImportJob *job)
{
	Datum values[COLUMN_COUNT];
	bool nulls[COLUMN_COUNT];

	heap_deform_tuple(row, descriptor, values, nulls);
	*job = (ImportJob){
		.id = DatumGetInt64(values[COLUMN_ID]),
		.kind = OwnRowWord("import_job", values[COLUMN_KIND], kind_names, lengthof(kind_names)),
		.identifier = TextDatumGetCString(values[COLUMN_IDENTIFIER]),
		.table = TextOf(values, nulls, COLUMN_TABLE),
		.table_id = *DatumGetUUIDP(values[COLUMN_TABLE_ID]),
		.relation = DatumGetObjectId(values[COLUMN_RELATION]),
		.owner = DatumGetObjectId(values[COLUMN_OWNER]),
		.status =
		    OwnRowWord("import_job", values[COLUMN_STATUS], status_names, lengthof(status_names)),
		.request = TextOf(values, nulls, COLUMN_REQUEST),
		.token = TextOf(values, nulls, COLUMN_TOKEN),
		.token_hash = BytesOf(values, nulls, COLUMN_TOKEN_HASH),
		.started = DatumGetTimestampTz(values[COLUMN_STARTED]),
		.ended = nulls[COLUMN_ENDED] ? 0 : DatumGetTimestampTz(values[COLUMN_ENDED]),
		.total = nulls[COLUMN_TOTAL] ? -1 : DatumGetInt64(values[COLUMN_TOTAL]),
		.attempts = DatumGetInt32(values[COLUMN_ATTEMPTS]),
		.failure_code = TextOf(values, nulls, COLUMN_FAILURE_CODE),
		.failure_message = TextOf(values, nulls, COLUMN_FAILURE_MESSAGE),
	};
	ReadProgress(values, nulls, &job->progress);
}

static void
ReadOne(HeapTuple row, TupleDesc descriptor, void *job)
{
	ReadJob(row, descriptor, job);
}

static void
AddJob(HeapTuple row, TupleDesc descriptor, void *jobs)
{
	ImportJob *job = palloc_object(ImportJob);

	ReadJob(row, descriptor, job);
	*(List **) jobs = lappend(*(List **) jobs, job);
}

static void
AddKind(OwnQuery *query, ImportJobKind kind)
{
	OwnQueryAddCString(query, kind_names[kind]);
}

static void
AddId(OwnQuery *query, int64 id)
{
	OwnQueryAdd(query, INT8OID, Int64GetDatum(id));
}

bool
ImportJobFind(ImportJobKind kind, Bytes table, Bytes identifier, ImportJob *job)
{
	OwnQuery query = { .nullable = OPTIONAL_COLUMNS };

	if (!TableExists())
		return false;
	AddKind(&query, kind);
	OwnQueryAddText(&query, table);
	OwnQueryAddText(&query, identifier);
	return OwnQueryRun(SELECT_JOBS "WHERE kind = $1 AND table_name = $2 AND identifier = $3",
	                   &query, ReadOne, job) > 0;
}

bool
ImportJobRead(int64 id, ImportJob *job)
{
	OwnQuery query = { .nullable = OPTIONAL_COLUMNS };

	AddId(&query, id);
	return OwnQueryRun(SELECT_JOBS "WHERE id = $1", &query, ReadOne, job) > 0;
}

bool
ImportJobFindToken(ImportJobKind kind, Bytes token, ImportJob *job)
{
	OwnQuery query = { .nullable = OPTIONAL_COLUMNS };

	AddKind(&query, kind);
	OwnQueryAddText(&query, token);
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(GetUserId()));
	return OwnQueryRun(SELECT_JOBS
	                   "WHERE kind = $1 AND token = $2 AND owner = $3 AND started >"
	                   " pg_catalog.clock_timestamp() - pg_catalog.make_interval(hours => 8)"
	                   " ORDER BY id DESC LIMIT 1",
	                   &query, ReadOne, job) > 0;
}

List *
ImportJobList(const ImportJobFilter *filter)
{
	OwnQuery query = { .nullable = OPTIONAL_COLUMNS };
	List *jobs = NIL;

	if (!TableExists())
		return NIL;
	AddKind(&query, filter->kind);
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(GetUserId()));
	OwnQueryAddText(&query, filter->table);
	AddId(&query, filter->before);
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(filter->limit));
	(void) OwnQueryRun(SELECT_JOBS "WHERE kind = $1 AND pg_catalog.pg_has_role($2, owner, 'USAGE')"
	                               " AND (table_name = $3 OR $3 IS NULL) AND (id < $4 OR $4 = 0)"
	                               " ORDER BY id DESC LIMIT $5",
	                   &query, AddJob, &jobs);
	return jobs;
}

bool
ImportJobIsOwn(const ImportJob *job)
{
	return has_privs_of_role(GetUserId(), job->owner);
}

static void
ReadInteger(HeapTuple row, TupleDesc descriptor, void *value)
{
	bool null;

	*(int64 *) value = DatumGetInt64(heap_getattr(row, 1, descriptor, &null));
}

int64
ImportJobCount(ImportJobKind kind)
{
	OwnQuery query = { 0 };
	int64 count = 0;

	AddKind(&query, kind);
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(GetUserId()));
	(void) OwnQueryRun("SELECT pg_catalog.count(*) FROM dynamo.import_job"
	                   " WHERE kind = $1 AND owner = $2 AND ended IS NULL",
	                   &query, ReadInteger, &count);
	return count;
}

bool
ImportJobIsUnderWay(ImportJobKind kind, Oid relation)
{
	OwnQuery query = { 0 };

	if (!TableExists())
		return false;
	AddKind(&query, kind);
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(relation));
	return OwnQueryRun("SELECT FROM dynamo.import_job"
	                   " WHERE kind = $1 AND relation = $2 AND ended IS NULL",
	                   &query, NULL, NULL) > 0;
}

/* --- writing --- */

static char *
NewIdentifier(TimestampTz started)
{
	return psprintf("%014lld-%08x", (long long) UnixMilliseconds(started),
	                pg_prng_uint32(&pg_global_prng_state));
}

void
ImportJobInsert(ImportJob *job)
{
	OwnQuery query = { 0 };

	job->started = GetCurrentTimestamp();
	job->identifier = NewIdentifier(job->started);
	job->owner = GetUserId();
	job->status = JOB_IN_PROGRESS;
	job->total = -1;
	AddKind(&query, job->kind);
	OwnQueryAddCString(&query, job->identifier);
	OwnQueryAddText(&query, job->table);
	OwnQueryAdd(&query, UUIDOID, UUIDPGetDatum(&job->table_id));
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(job->relation));
	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(job->owner));
	OwnQueryAddCString(&query, status_names[job->status]);
	OwnQueryAddText(&query, job->request);
	OwnQueryAddText(&query, job->token);
	OwnQueryAddBytes(&query, job->token_hash);
	OwnQueryAdd(&query, TIMESTAMPTZOID, TimestampTzGetDatum(job->started));
	(void) OwnQueryRun("INSERT INTO dynamo.import_job (kind, identifier, table_name, table_id,"
	                   " relation, owner, status, request, token, token_hash, started)"
	                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
	                   &query, ReadInteger, &job->id);
}

void
ImportJobBegin(ImportJob *job)
{
	OwnQuery query = { 0 };

	job->attempts++;
	AddId(&query, job->id);
	(void) OwnQueryRun("UPDATE dynamo.import_job SET attempts = attempts + 1 WHERE id = $1", &query,
	                   NULL, NULL);
}

void
ImportJobSetTotal(const ImportJob *job)
{
	OwnQuery query = { 0 };

	AddId(&query, job->id);
	AddId(&query, job->total);
	(void) OwnQueryRun("UPDATE dynamo.import_job SET total_bytes = $2 WHERE id = $1", &query, NULL,
	                   NULL);
}

void
ImportJobSetProgress(const ImportJob *job)
{
	const ImportProgress *progress = &job->progress;
	OwnQuery query = { 0 };

	AddId(&query, job->id);
	AddId(&query, progress->passed);
	AddId(&query, progress->taken);
	AddId(&query, progress->processed);
	AddId(&query, progress->written);
	AddId(&query, progress->errors);
	AddId(&query, progress->put_bytes);
	OwnQueryAddCString(&query, progress->object);
	AddId(&query, progress->number);
	(void) OwnQueryRun("UPDATE dynamo.import_job SET passed_bytes = $2, taken_bytes = $3,"
	                   " processed_items = $4, written_items = $5, errors = $6, put_bytes = $7,"
	                   " object = $8, number = $9 WHERE id = $1",
	                   &query, NULL, NULL);
}

void
ImportJobSetFailure(ImportJob *job, const char *code, const char *message)
{
	OwnQuery query = { 0 };

	job->failure_code = BytesFromCString(code);
	job->failure_message = BytesFromCString(message);
	AddId(&query, job->id);
	OwnQueryAddCString(&query, code);
	OwnQueryAddCString(&query, message);
	(void) OwnQueryRun("UPDATE dynamo.import_job SET failure_code = $2, failure_message = $3"
	                   " WHERE id = $1",
	                   &query, NULL, NULL);
}

bool
ImportJobCancel(ImportJob *job)
{
	OwnQuery query = { 0 };

	job->status = JOB_CANCELLING;
	AddId(&query, job->id);
	OwnQueryAddCString(&query, status_names[job->status]);
	return OwnQueryRun("UPDATE dynamo.import_job SET status = $2 WHERE id = $1 AND ended IS NULL"
	                   " RETURNING id",
	                   &query, NULL, NULL) > 0;
}

void
ImportJobEnd(ImportJob *job, ImportJobStatus status)
{
	OwnQuery query = { 0 };

	job->status = status;
	AddId(&query, job->id);
	OwnQueryAddCString(&query, status_names[status]);
	(void) OwnQueryRun("UPDATE dynamo.import_job SET status = $2,"
	                   " ended = pg_catalog.clock_timestamp() WHERE id = $1",
	                   &query, NULL, NULL);
}

/* --- records that were not taken --- */

void
ImportErrorAdd(int64 job, const ImportError *error)
{
	OwnQuery query = { 0 };

	AddId(&query, job);
	OwnQueryAdd(&query, BOOLOID, BoolGetDatum(error->condition));
	OwnQueryAddCString(&query, error->object);
	AddId(&query, error->number);
	OwnQueryAddText(&query, error->message);
	OwnQueryAddText(&query, error->output);
	(void) OwnQueryRun("INSERT INTO dynamo.import_error (job, condition_failed, object, number,"
	                   " message, output) VALUES ($1, $2, $3, $4, $5, $6)",
	                   &query, NULL, NULL);
}

static void
AddError(HeapTuple row, TupleDesc descriptor, void *errors)
{
	ImportError *error = palloc_object(ImportError);
	Datum values[6];
	bool nulls[6];

	heap_deform_tuple(row, descriptor, values, nulls);
	*error = (ImportError){ .id = DatumGetInt64(values[0]),
		                    .condition = DatumGetBool(values[1]),
		                    .object = TextDatumGetCString(values[2]),
		                    .number = DatumGetInt64(values[3]),
		                    .message = TextOf(values, nulls, 4),
		                    .output = TextOf(values, nulls, 5) };
	*(List **) errors = lappend(*(List **) errors, error);
}

List *
ImportErrorsAfter(int64 job, bool condition, int64 after)
{
	OwnQuery query = { .nullable = OPTIONAL_ERROR_COLUMNS };
	List *errors = NIL;

	AddId(&query, job);
	OwnQueryAdd(&query, BOOLOID, BoolGetDatum(condition));
	AddId(&query, after);
	OwnQueryAdd(&query, INT4OID, Int32GetDatum(ERRORS_AT_ONCE));
	(void) OwnQueryRun("SELECT id, condition_failed, object, number, message, output"
	                   " FROM dynamo.import_error WHERE job = $1 AND condition_failed = $2"
	                   " AND id > $3 ORDER BY job, id LIMIT $4",
	                   &query, AddError, &errors);
	return errors;
}

void
ImportErrorsForget(int64 job)
{
	OwnQuery query = { 0 };

	AddId(&query, job);
	(void) OwnQueryRun("DELETE FROM dynamo.import_error WHERE job = $1", &query, NULL, NULL);
}

/* False where a session has locked the whole table: the next round of upkeep comes anyway. */
static bool
LockWithoutWait(const char *name)
{
	Oid relation = DynamoRelation(FUNCTION_SCHEMA, name);

	return OidIsValid(relation) && ConditionalLockRelationOid(relation, RowExclusiveLock);
}

void
ImportJobsExpire(void)
{
	OwnQuery query = { 0 };

	if (!TableExists() || !LockWithoutWait("import_job") || !LockWithoutWait("import_error"))
		return;
	(void) OwnQueryRun("WITH gone AS (DELETE FROM dynamo.import_job WHERE ended <"
	                   " pg_catalog.clock_timestamp() - pg_catalog.make_interval(days => 90)"
	                   " RETURNING id)"
	                   " DELETE FROM dynamo.import_error WHERE job IN (SELECT id FROM gone)",
	                   &query, NULL, NULL);
}
