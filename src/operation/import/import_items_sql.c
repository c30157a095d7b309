/*
 * dynamo.import_items: puts the items of a store's objects into a table that is there, as part of
 * the caller's transaction.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/latch.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "error/error.h"
#include "session/progress.h"
#include "transfer/import/input.h"
#include "transfer/import/job_progress.h"
#include "text/text_scan.h"
#include "operation/import/import_request.h"
#include "operation/import/put_batch.h"
#include "operation/table/table_change.h"
#include "transfer/store/authorize.h"

#define COLUMNS 4
#define MAX_TRIES 10 /* of what meets another transaction or a limit */
#define PAUSE_MILLISECONDS 1000
#define NOTICE_MILLISECONDS 10000 /* between two of progress */
#define MAX_REFUSED_NOTICES 10

PG_FUNCTION_INFO_V1(dynamo_import_items);

typedef struct ItemsImport
{
	PutBatch batch;
	int64 refused;
	int64 total;      /* bytes of the objects */
	TimestampTz told; /* how far it is */
} ItemsImport;

static Bytes
TextArgument(text *argument)
{
	return (Bytes){ VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument) };
}

/* "s3://bucket/prefix", or without the scheme. */
static void
ReadSource(Bytes source, InputOptions *options)
{
	(void) TextTakePrefix(&source, BYTES_LITERAL("s3://"));
	options->bucket = TextTakeUntil(&source, '/');
	options->prefix = source;
	CheckBucketName(options->bucket);
}

static InputOptions
ReadOptions(PG_FUNCTION_ARGS, const Table *table)
{
	InputOptions options = { .delimiter = ',',
		                     .attribute_count = table->definition.attribute_count,
		                     .attributes = table->definition.attributes };
	Bytes format = TextArgument(PG_GETARG_TEXT_PP(2));
	Bytes compression = TextArgument(PG_GETARG_TEXT_PP(3));

	ReadSource(TextArgument(PG_GETARG_TEXT_PP(1)), &options);
	if (!InputFormatFromName(format, &options.format))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("\"%.*s\" is no format of items", BYTES_ARGS(format)),
		                errhint("Formats are DYNAMODB_JSON, ION and CSV.")));
	if (!InputCompressionFromName(compression, &options.compression))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("\"%.*s\" is no compression", BYTES_ARGS(compression)),
		                errhint("Compressions are NONE, GZIP and ZSTD.")));
	return options;
}

static void
TellRefused(void *state, const InputRecord *record, const ErrorData *error)
{
	ItemsImport *import = state;

	if (++import->refused <= MAX_REFUSED_NOTICES)
		ereport(NOTICE, (errmsg("record " INT64_FORMAT " of object \"%s\" was not imported: %s",
		                        record->number, record->object,
		                        error != NULL ? error->message : record->fault)));
}

static void
TellProgress(ItemsImport *import)
{
	TimestampTz now = GetCurrentTimestamp();

	if (!TimestampDifferenceExceeds(import->told, now, NOTICE_MILLISECONDS))
		return;
	import->told = now;
	ereport(NOTICE,
	        (errmsg(INT64_FORMAT " records, " INT64_FORMAT " items written, " INT64_FORMAT " bytes",
	                import->batch.processed, import->batch.written,
	                InputSourcePassed(import->batch.source))));
}

/* For dynamo.progress. */
static void
CountProgress(const ItemsImport *import, int64 processed, int64 put_bytes)
{
	const PutBatch *batch = &import->batch;
	ImportProgress progress = { .processed = batch->processed,
		                        .taken = InputSourceTaken(batch->source) };

	ProgressAdd(batch->processed - processed, batch->put_bytes - put_bytes);
	ImportExpect(batch->processed, &progress, import->total);
}

static void
PutAll(ItemsImport *import)
{
	while (PutBatchRead(&import->batch))
	{
		int64 processed = import->batch.processed;
		int64 put_bytes = import->batch.put_bytes;

		for (int tries = 1; !PutBatchRun(&import->batch); tries++)
		{
			if (tries == MAX_TRIES)
				ereport(ERROR, (errcode(ERRCODE_LOCK_NOT_AVAILABLE),
				                errmsg("record " INT64_FORMAT " of object \"%s\" could not be put,"
				                       " because of other transactions or a limit of throughput",
				                       import->batch.records[import->batch.done].number,
				                       import->batch.records[import->batch.done].object)));
			(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
			                 PAUSE_MILLISECONDS, PG_WAIT_EXTENSION);
			ResetLatch(MyLatch);
			CHECK_FOR_INTERRUPTS();
		}
		CountProgress(import, processed, put_bytes);
		TellProgress(import);
	}
}

static void
PutAllShown(ItemsImport *import)
{
	ProgressBegin(&(ProgressWork){ .kind = PROGRESS_IMPORT,
	                               .owner = GetUserId(),
	                               .table = import->batch.table.data,
	                               .table_length = import->batch.table.length });
	ProgressBeginPhase(PROGRESS_LOADING, 0);
	PG_TRY();
	{
		PutAll(import);
	}
	PG_FINALLY();
	{
		ProgressEnd();
	}
	PG_END_TRY();
}

static Datum
ResultOf(FunctionCallInfo fcinfo, const ItemsImport *import)
{
	TupleDesc descriptor;
	Datum values[COLUMNS] = { Int64GetDatum(import->batch.processed),
		                      Int64GetDatum(import->batch.written), Int64GetDatum(import->refused),
		                      Int64GetDatum(InputSourcePassed(import->batch.source)) };
	bool nulls[COLUMNS] = { 0 };

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "the result of dynamo.import_items is no row");
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls));
}

/* The table's name, source, format and compression; records, items, refused records and bytes. */
Datum
dynamo_import_items(PG_FUNCTION_ARGS)
{
	Bytes name = TextArgument(PG_GETARG_TEXT_PP(0));
	ItemsImport import = { .told = GetCurrentTimestamp() };
	Table *table;
	InputOptions options;
	Datum result;

	PreventCommandIfReadOnly("dynamo.import_items()");
	PreventCommandIfParallelMode("dynamo.import_items()");
	table = TableOpen(name, ACL_INSERT | ACL_UPDATE);
	if (table == NULL)
		RaiseTableNotFound(name);
	options = ReadOptions(fcinfo, table);
	CheckStoreIsConfigured();
	StoreAuthorize(GetUserId(), options.bucket, options.prefix, STORE_READ);
	import.batch.source = InputSourceOpen(&options);
	import.batch.table = name;
	import.batch.refused = TellRefused;
	import.batch.state = &import;
	PutBatchInit(&import.batch);
	import.total = InputSourceTotal(import.batch.source);
	PutAllShown(&import);
	result = ResultOf(fcinfo, &import);
	InputSourceClose(import.batch.source);
	MemoryContextDelete(import.batch.context);
	return result;
}
