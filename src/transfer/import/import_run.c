/*
 * The table is CREATING while it is loaded: requests do not read it, and the load takes several
 * transactions, with each of which the counts in the job's row advance. What a crash interrupts is
 * begun again with an empty table. The indexes are built in the last transaction, which also makes
 * the table ACTIVE.
 *
 * A record that is no item for the table is counted and noted, and never keeps the others from
 * being loaded; the import has FAILED then, as in the service (developer guide, "Validation
 * errors"), and the table has the others.
 */
#include "transfer/import/import_run.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "auth/policy/resource_policy.h"
#include "compat.h"
#include "error/error.h"
#include "session/progress.h"
#include "session/worker_session.h"
#include "error/guard.h"
#include "transfer/import/job_input.h"
#include "transfer/import/job_progress.h"
#include "item/encoding.h"
#include "item/size.h"
#include "storage/index/item_key.h"
#include "storage/load.h"
#include "storage/relation/routing.h"
#include "storage/relation/table_owner.h"
#include "transfer/store/authorize.h"

/* Between two looks at the clock. */
#define RECORDS_AT_ONCE 1000
#define TRANSACTION_MILLISECONDS 2000
#define MAX_NOTED_ERRORS 10000
#define MAX_ATTEMPTS 5

#define ITEM_ERRORS_CODE "ItemValidationError"
#define ITEM_ERRORS_MESSAGE                                                    \
	"Some of the items failed validation checks and were not imported. Please" \
	" check dynamo.import_errors for more details."

typedef struct ImportState
{
	ImportJob *job;
	InputOptions options;
	InputSource *source;
	Table *table; /* of the current transaction */
	TableLoad *load;
	MemoryContext record_context; /* of the record at hand */
	InputRecord record;
	/* What its item is. */
	Jsonb *item;
	int leaf;
	int size;
} ImportState;

static void
Commit(MemoryContext context)
{
	WorkerTransactionCommit();
	MemoryContextSwitchTo(context);
}

/* The table while it is CREATING; NULL where it has been dropped, or is loaded. */
static Table *
OpenTarget(const ImportJob *job)
{
	Table *table = TableOpenRelation(job->relation);

	return table != NULL && table->status == STATUS_CREATING ? table : NULL;
}

static Table *
RequireTarget(const ImportJob *job)
{
	Table *table = OpenTarget(job);

	if (table == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
		                errmsg("table \"%.*s\" was dropped while it was imported",
		                       BYTES_ARGS(job->table))));
	return table;
}

/* --- records --- */

/* The record's item as the table stores it. */
static void
ReadItem(void *argument)
{
	ImportState *state = argument;
	AttributeValue item;
	ItemKey key;

	InputItem(state->source, &state->record, &item);
	TableCheckItem(state->table, &item);
	key = TableKeyOf(state->table, &item);
	state->leaf = TableLeafFor(state->table, &key.partition);
	state->item = ItemEncode(&item);
	state->size = StoredItemSize(state->item);
}

/* Errors of a record. Any other is one of the import. */
static bool
IsFaultOfRecord(const ErrorData *error)
{
	return error->sqlerrcode == ExceptionSqlState(EXCEPTION_SERIALIZATION) ||
	       error->sqlerrcode == ExceptionSqlState(EXCEPTION_VALIDATION);
}

static void
NoteError(ImportState *state, const char *message)
{
	ImportProgress *progress = &state->job->progress;

	progress->errors++;
	ProgressAdd(1, 0);
	if (progress->errors <= MAX_NOTED_ERRORS)
		ImportErrorAdd(state->job->id, &(ImportError){ .object = state->record.object,
		                                               .number = state->record.number,
		                                               .message = BytesFromCString(message) });
}

static void
LoadRecord(ImportState *state)
{
	ImportProgress *progress = &state->job->progress;
	ErrorData *error;

	if (state->record.fault != NULL)
	{
		progress->processed++;
		NoteError(state, state->record.fault);
		return;
	}
	error = Guard(ReadItem, state, IsFaultOfRecord);
	progress->processed++;
	if (error != NULL)
	{
		NoteError(state, error->message);
		return;
	}
	TableLoadItem(state->load, state->leaf, state->item);
	progress->written++;
	progress->put_bytes += state->size;
	ProgressAdd(1, state->size);
}

/* False at the end of the input. */
static bool
LoadRecords(ImportState *state)
{
	for (int i = 0; i < RECORDS_AT_ONCE; i++)
	{
		if (!InputSourceNext(state->source, &state->record))
			return false;
		MemoryContextSwitchTo(state->record_context);
		LoadRecord(state);
		MemoryContextReset(state->record_context);
	}
	return true;
}

/* --- transactions --- */

static void
SetProgress(ImportState *state)
{
	ImportProgress *progress = &state->job->progress;

	progress->passed = InputSourcePassed(state->source);
	progress->taken = InputSourceTaken(state->source);
	ImportJobSetProgress(state->job);
	ImportJobShow(state->job, progress->processed);
}

/* False at the end of the input. */
static bool
LoadSome(ImportState *state)
{
	TimestampTz begin = GetCurrentTimestamp();
	MemoryContext context = CurrentMemoryContext;
	MemoryContext transaction;
	CallerRole caller;
	bool more;

	WorkerTransactionBegin();
	transaction = CurrentMemoryContext;
	state->table = RequireTarget(state->job);
	caller = BecomeTableOwner(state->table);
	state->load = TableLoadBegin(state->table);
	do
		more = LoadRecords(state);
	while (more &&
	       !TimestampDifferenceExceeds(begin, GetCurrentTimestamp(), TRANSACTION_MILLISECONDS));
	MemoryContextSwitchTo(transaction);
	TableLoadEnd(state->load);
	ReturnToCaller(&caller);
	SetProgress(state);
	Commit(context);
	return more;
}

/* Takes away what an attempt before has left. */
static void
Restart(ImportState *state)
{
	MemoryContext context = CurrentMemoryContext;

	WorkerTransactionBegin();
	TableEmpty(RequireTarget(state->job));
	ImportErrorsForget(state->job->id);
	state->job->progress = (ImportProgress){ 0 };
	ImportJobSetProgress(state->job);
	StoreAuthorize(state->job->owner, state->options.bucket, state->options.prefix, STORE_READ);
	Commit(context);
}

/* As the table's owner. */
static void
FinishTable(Table *table)
{
	CallerRole caller = BecomeTableOwner(table);

	TableFinishLoadOfAny(table);
	ReturnToCaller(&caller);
}

static void
Finish(ImportState *state)
{
	MemoryContext context = CurrentMemoryContext;
	ImportJob *job = state->job;

	pgstat_report_activity(STATE_RUNNING, psprintf("import of table \"%.*s\": building indexes",
	                                               BYTES_ARGS(job->table)));
	ProgressBeginPhase(PROGRESS_INDEXING, 0);
	WorkerTransactionBegin();
	FinishTable(RequireTarget(job));
	if (job->progress.errors > 0)
		ImportJobSetFailure(job, ITEM_ERRORS_CODE, ITEM_ERRORS_MESSAGE);
	ImportJobEnd(job, job->progress.errors > 0 ? JOB_FAILED : JOB_COMPLETED);
	Commit(context);
}

/* --- all --- */

/* A file that ends the server each time is not tried for ever. */
static void
BeginAttempt(ImportJob *job)
{
	MemoryContext context = CurrentMemoryContext;

	if (job->attempts >= MAX_ATTEMPTS)
		ereport(ERROR, (errcode(ERRCODE_OPERATOR_INTERVENTION),
		                errmsg("the import was interrupted %d times", job->attempts)));
	WorkerTransactionBegin();
	ImportJobBegin(job);
	Commit(context);
}

void
ImportRun(ImportJob *job)
{
	ImportState state = { .job = job };

	BeginAttempt(job);
	state.options = InputOptionsOf(JOB_IMPORT, ImportJobRequest(job));
	state.record_context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo imported item", ALLOCSET_DEFAULT_SIZES);
	Restart(&state);
	state.source = InputSourceOpen(&state.options);
	job->total = InputSourceTotal(state.source);
	ProgressBeginPhase(PROGRESS_LOADING, 0);
	while (LoadSome(&state))
		CHECK_FOR_INTERRUPTS();
	InputSourceClose(state.source);
	Finish(&state);
}

static void
DropTable(Table *table)
{
	CallerRole caller = BecomeTableOwner(table);

	ResourcePolicyForget(table->relation);
	TableDrop(table);
	ReturnToCaller(&caller);
}

void
ImportEndFailed(ImportJob *job)
{
	Table *table = OpenTarget(job);

	if (table != NULL && job->progress.processed == 0)
		DropTable(table);
	else if (table != NULL)
		FinishTable(table);
	ImportJobEnd(job, JOB_FAILED);
}
