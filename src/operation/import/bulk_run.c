/*
 * A batch of records is put in one transaction, with the place in the input that it ends at, so
 * that a worker goes on there after a crash: no item is put twice, and none left out. Items are put
 * as the role that has asked for it, with its privileges and policies, while triggers of the
 * table's owner are restricted as in time to live's deletions.
 */
#include "operation/import/bulk_run.h"

#include "access/xact.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/latch.h"
#include "storage/lmgr.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "error/error.h"
#include "session/progress.h"
#include "session/worker_session.h"
#include "transfer/import/job_input.h"
#include "transfer/import/job_progress.h"
#include "operation/import/bulk_report.h"
#include "operation/import/put_batch.h"
#include "storage/relation/table_owner.h"
#include "transfer/store/authorize.h"

#define MAX_ATTEMPTS 5
#define PAUSE_MILLISECONDS 1000 /* before what met a limit or a lock is tried again */
#define BYTES_OF_UNIT 1024      /* of a write request unit */
#define MAX_NOTED_ERRORS 10000  /* where no report wants more */
#define MAX_MESSAGE 2048

typedef struct BulkState
{
	ImportJob *job;
	const Structure *request;
	InputOptions options;
	PutBatch batch;
	ImportProgress before; /* of this worker */
	TimestampTz began;
	int64 rate; /* write request units a second; 0: any */
} BulkState;

static void
Commit(MemoryContext context)
{
	WorkerTransactionCommit();
	MemoryContextSwitchTo(context);
}

/* --- refused records --- */

static Bytes
MessageOf(const InputRecord *record, const ErrorData *error)
{
	Bytes message = BytesFromCString(error != NULL ? error->message : record->fault);

	message.length = pg_mbcliplen(message.data, message.length, MAX_MESSAGE);
	return message;
}

/* As the worker, whose rights are those of rows of the extension. */
static void
NoteRefused(void *argument, const InputRecord *record, const ErrorData *error)
{
	BulkState *state = argument;
	ImportError noted = { .condition = error != NULL && IsConditionFailure(error),
		                  .object = record->object,
		                  .number = record->number,
		                  .message = MessageOf(record, error) };

	if (ReportIsWanted(state->request, noted.condition))
		noted.output = ReportLine(state->batch.source, record, error);
	else if (state->job->progress.errors + state->batch.failed > MAX_NOTED_ERRORS ||
	         noted.condition)
		return;
	ImportErrorAdd(state->job->id, &noted);
}

/* --- batches --- */

/* The place behind a record; `context` is that of the job. */
static void
SetPlace(ImportProgress *progress, const InputRecord *last, MemoryContext context)
{
	if (progress->object != NULL)
		pfree(progress->object);
	progress->object = MemoryContextStrdup(context, last->object);
	progress->number = last->number + 1;
}

static void
SetProgress(BulkState *state, MemoryContext context)
{
	ImportProgress *progress = &state->job->progress;
	PutBatch *batch = &state->batch;

	progress->taken = state->before.taken + InputSourceTaken(batch->source);
	progress->passed = state->before.passed + InputSourcePassed(batch->source);
	progress->processed = state->before.processed + batch->processed;
	progress->written = state->before.written + batch->written;
	progress->errors = state->before.errors + batch->failed;
	progress->put_bytes = state->before.put_bytes + batch->put_bytes;
	if (batch->done > 0)
		SetPlace(progress, &batch->records[batch->done - 1], context);
	ImportJobSetProgress(state->job);
}

/* Not another table of its name: the lock keeps it from being dropped until the batch is done. */
static void
CheckTableIsThere(const ImportJob *job)
{
	LockRelationOid(job->relation, RowExclusiveLock);
	if (TableOpenRelation(job->relation) == NULL)
		DynamoError(EXCEPTION_RESOURCE_NOT_FOUND, TEXT_NO_TABLE_NAMED, BYTES_ARGS(job->table));
}

/* False where it is to be tried again later. */
static bool
PutInTransaction(BulkState *state)
{
	MemoryContext context = CurrentMemoryContext;
	ImportProgress before = state->job->progress;
	CallerRole caller;
	bool whole;

	WorkerTransactionBegin();
	CheckTableIsThere(state->job);
	caller = BecomeRole(state->job->owner);
	whole = PutBatchRun(&state->batch);
	ReturnToCaller(&caller);
	SetProgress(state, context);
	Commit(context);
	ProgressAdd(state->job->progress.processed - before.processed,
	            state->job->progress.put_bytes - before.put_bytes);
	return whole;
}

static void
Pause(int64 milliseconds)
{
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, milliseconds,
	                 PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
}

/* Keeps to MaxWriteRequestUnits on the average since the worker has begun. */
static void
PauseForRate(const BulkState *state)
{
	int64 units = (state->batch.put_bytes + BYTES_OF_UNIT - 1) / BYTES_OF_UNIT;
	int64 due;

	units = Max(units, state->batch.written);
	if (state->rate == 0)
		return;
	due = units * 1000 / state->rate -
	      TimestampDifferenceMilliseconds(state->began, GetCurrentTimestamp());
	if (due > 0)
		Pause(Min(due, PAUSE_MILLISECONDS));
}

/* Another session may have cancelled the job since. */
static bool
IsCancelled(BulkState *state)
{
	MemoryContext context = CurrentMemoryContext;
	ImportJob job;
	bool cancelled;

	WorkerTransactionBegin();
	cancelled = ImportJobRead(state->job->id, &job) && job.status == JOB_CANCELLING;
	Commit(context);
	if (cancelled)
		state->job->status = JOB_CANCELLING;
	return cancelled;
}

static void
PutAll(BulkState *state)
{
	while (!IsCancelled(state) && PutBatchRead(&state->batch))
	{
		while (!PutInTransaction(state) && !IsCancelled(state))
			Pause(PAUSE_MILLISECONDS);
		PauseForRate(state);
		ImportJobShow(state->job, state->batch.processed);
	}
}

/* --- begin and end --- */

static void
BeginAttempt(BulkState *state)
{
	const Structure *output = StructureStructure(state->request, member_OutputS3Configuration);
	Bytes bucket = StructureString(output, member_S3Bucket);
	MemoryContext context = CurrentMemoryContext;
	ImportJob *job = state->job;

	if (job->attempts >= MAX_ATTEMPTS)
		ereport(ERROR, (errcode(ERRCODE_OPERATOR_INTERVENTION),
		                errmsg("the bulk put was interrupted %d times", job->attempts)));
	WorkerTransactionBegin();
	ImportJobBegin(job);
	StoreAuthorize(job->owner, state->options.bucket, state->options.prefix, STORE_READ);
	if (bucket.data != NULL)
		StoreAuthorize(job->owner, bucket, BytesFromCString(ReportPrefix(output)), STORE_WRITE);
	Commit(context);
}

static void
OpenInput(BulkState *state)
{
	MemoryContext context = CurrentMemoryContext;
	ImportJob *job = state->job;
	InputSource *source = InputSourceOpen(&state->options);

	job->total = InputSourceTotal(source);
	if (job->progress.object != NULL)
		InputSourceSkip(source, job->progress.object, job->progress.number);
	WorkerTransactionBegin();
	ImportJobSetTotal(job);
	Commit(context);
	state->batch.source = source;
	/* What was passed over has been counted before. */
	state->before = job->progress;
	state->before.taken -= InputSourceTaken(source);
	state->before.passed -= InputSourcePassed(source);
}

static ImportJobStatus
EndStatus(const ImportJob *job)
{
	if (job->status == JOB_CANCELLING)
		return JOB_CANCELLED;
	return job->progress.errors > 0 ? JOB_COMPLETED_WITH_ERRORS : JOB_COMPLETED;
}

/* Reports are written again where a crash comes between them and the end. */
static void
End(BulkState *state)
{
	MemoryContext context = CurrentMemoryContext;
	ImportJob *job = state->job;

	WorkerTransactionBegin();
	MemoryContextSwitchTo(context);
	ReportsWrite(job, state->request);
	if (job->status == JOB_CANCELLING)
		ImportJobSetFailure(job, "Cancelled", "The bulk operation was cancelled by its caller");
	ImportJobEnd(job, EndStatus(job));
	Commit(context);
}

void
BulkRun(ImportJob *job)
{
	BulkState state = { .job = job, .request = ImportJobRequest(job) };

	state.options = InputOptionsOf(JOB_BULK_PUT, state.request);
	state.rate = StructureInteger(state.request, member_MaxWriteRequestUnits, 0);
	BeginAttempt(&state);
	OpenInput(&state);
	state.batch.table = job->table;
	state.batch.refused = NoteRefused;
	state.batch.state = &state;
	PutBatchInit(&state.batch);
	state.began = GetCurrentTimestamp();
	ProgressBeginPhase(PROGRESS_LOADING, 0);
	PutAll(&state);
	End(&state);
	InputSourceClose(state.batch.source);
}

void
BulkEndFailed(ImportJob *job)
{
	ImportJobEnd(job, JOB_FAILED);
}
