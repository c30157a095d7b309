/*
 * Rows of dynamo.import_job, one an import or a bulk put, and of dynamo.import_error, one for each
 * record that was not taken.
 *
 * A job belongs to the role that has asked for it. Its row has the request, and what has been done:
 * a bulk put goes on from its place after a crash, since the place is in the transactions that
 * write the items.
 */
#ifndef DYNAMO_IMPORT_JOB_H
#define DYNAMO_IMPORT_JOB_H

#include "item/value.h"

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"
#include "utils/uuid.h"

typedef enum ImportJobKind
{
	JOB_IMPORT,
	JOB_BULK_PUT
} ImportJobKind;

typedef enum ImportJobStatus
{
	JOB_IN_PROGRESS,
	JOB_COMPLETED,
	JOB_COMPLETED_WITH_ERRORS, /* of bulk puts */
	JOB_CANCELLING,            /* the same */
	JOB_CANCELLED,             /* the same */
	JOB_FAILED
} ImportJobStatus;

/* What has been done. */
typedef struct ImportProgress
{
	int64 passed;    /* bytes of records, decompressed */
	int64 taken;     /* bytes of objects as they are stored */
	int64 processed; /* records */
	int64 written;   /* items */
	int64 errors;    /* records that are no items for the table */
	int64 put_bytes; /* of the items written, as the service counts them */
	char *object;    /* the one that is being read; NULL: none */
	int64 number;    /* of its records that are done */
} ImportProgress;

typedef struct ImportJob
{
	int64 id;
	ImportJobKind kind;
	char *identifier; /* the last part of the ARN: milliseconds of its start, "-", 8 digits */
	Bytes table;
	pg_uuid_t table_id;
	Oid relation;
	Oid owner;
	ImportJobStatus status;
	Bytes request;    /* its JSON */
	Bytes token;      /* data NULL: none */
	Bytes token_hash; /* of the request under it */
	TimestampTz started;
	TimestampTz ended;  /* 0: not yet */
	int64 total;        /* bytes of the objects; -1: not known yet */
	int attempts;       /* how often a worker has begun */
	Bytes failure_code; /* data NULL: none */
	Bytes failure_message;
	ImportProgress progress;
} ImportJob;

/* The API's word. */
extern const char *ImportJobStatusName(ImportJobStatus status);

/* False where there is none; members are palloc'd. */
extern bool ImportJobFind(ImportJobKind kind, Bytes table, Bytes identifier, ImportJob *job);
extern bool ImportJobRead(int64 id, ImportJob *job);

/* The current role's, by its token of the last 8 hours. */
extern bool ImportJobFindToken(ImportJobKind kind, Bytes token, ImportJob *job);

/* What lists want, the newest first. */
typedef struct ImportJobFilter
{
	ImportJobKind kind;
	Bytes table;  /* data NULL: of all tables */
	int64 before; /* the id of the last one of the page before; 0: none */
	int limit;
} ImportJobFilter;

/* Those of roles whose privileges the current role has: a list of palloc'd ImportJob. */
extern List *ImportJobList(const ImportJobFilter *filter);

/* Whether the current role has the privileges of the one that the job belongs to. */
extern bool ImportJobIsOwn(const ImportJob *job);

/* How many of the kind are not done: the current role's, and those of a table. */
extern int64 ImportJobCount(ImportJobKind kind);
extern bool ImportJobIsUnderWay(ImportJobKind kind, Oid relation);

/* Makes a row IN_PROGRESS, of the current role: sets its id, identifier, owner and start. */
extern void ImportJobInsert(ImportJob *job);

/* A worker begins: counts the attempt. */
extern void ImportJobBegin(ImportJob *job);

/* Each writes what its name says of the job to its row. */
extern void ImportJobSetTotal(const ImportJob *job);
extern void ImportJobSetProgress(const ImportJob *job);
extern void ImportJobSetFailure(ImportJob *job, const char *code, const char *message);

/* Asks the worker to end with a job; false where it has ended already. */
extern bool ImportJobCancel(ImportJob *job);

/* A job that is done: its status and when that was. */
extern void ImportJobEnd(ImportJob *job, ImportJobStatus status);

/* --- records that were not taken --- */

typedef struct ImportError
{
	int64 id;       /* set where it is read */
	bool condition; /* the item's condition did not hold */
	const char *object;
	int64 number;  /* of the record, in the object */
	Bytes message; /* UTF-8 */
	Bytes output;  /* JSON of the record's line in a report; data NULL: none */
} ImportError;

extern void ImportErrorAdd(int64 job, const ImportError *error);

/* Some errors of the one kind behind that of the id, in the order in which they were met: a list of
 * palloc'd ImportError. */
extern List *ImportErrorsAfter(int64 job, bool condition, int64 after);

/* Forgets the errors of a job, and which lines of a report it has. */
extern void ImportErrorsForget(int64 job);

/* Forgets jobs that ended 90 days ago, as the service does. */
extern void ImportJobsExpire(void);

#endif
