/*
 * Under the output's prefix:
 *
 *   AWSDynamoDB/ID/manifest-summary.json                 the counts, and the reports
 *   AWSDynamoDB/ID/errors.json                           lines {"S3Object", "ItemIndex",
 * "ErrorCode", "ErrorMessage", "Item"} AWSDynamoDB/ID/condition-check-failures.json         lines
 * {"S3Object", "ItemIndex", "Item", "ExistingItem"}
 *
 * The lines are kept in rows of dynamo.import_error while the job runs, in the transactions that
 * put the items, so that a crash loses or doubles none, and written when it ends.
 */
#include "operation/import/bulk_report.h"

#include "error/error.h"
#include "error/guard.h"
#include "json/json_member.h"
#include "miscadmin.h"
#include "model/resource_name.h"
#include "operation/import/put_batch.h"
#include "transfer/store/store.h"
#include "utils/memutils.h"

#define JSON_TYPE "application/json"

static const char *const file_names[] = { "errors.json", "condition-check-failures.json" };

bool
ReportIsWanted(const Structure *request, bool condition)
{
	const JsonNode *types =
	    StructureList(StructureStructure(request, member_OutputS3Configuration), member_OutputType);
	Bytes wanted = condition ? BYTES_LITERAL("CONDITION_CHECK_FAILURE") : BYTES_LITERAL("ERROR");

	for (int i = 0; i < types->count; i++)
		if (BytesEqual(JsonNodeString(&types->elements[i]), wanted))
			return true;
	return false;
}

/* --- lines --- */

typedef struct LineState
{
	InputSource *source;
	const InputRecord *record;
	JsonWriter *writer;
} LineState;

static void
WriteItem(void *argument)
{
	LineState *state = argument;
	const JsonNode *request = InputRequest(state->source, state->record);

	JsonName(state->writer, "Item");
	RequestNodeWrite(state->writer, JsonGet(request, "Item"));
}

/* A record that is no JSON or Ion has no item to show. */
static bool
IsMalformed(const ErrorData *error)
{
	return error->sqlerrcode == ExceptionSqlState(EXCEPTION_SERIALIZATION) ||
	       error->sqlerrcode == ExceptionSqlState(EXCEPTION_VALIDATION);
}

static void
WriteError(JsonWriter *writer, const InputRecord *record, const ErrorData *error)
{
	const ExceptionInfo *exception =
	    error != NULL ? ExceptionFromSqlState(error->sqlerrcode) : NULL;

	JsonCStringMember(writer, "ErrorCode",
	                  exception != NULL ? exception->name : "ValidationException");
	JsonCStringMember(writer, "ErrorMessage", error != NULL ? error->message : record->fault);
}

/* The item that was there, from the members of the exception. */
static void
WriteExisting(JsonWriter *writer, const ErrorData *error)
{
	const char *members = ErrorMembers(error);
	const JsonNode *item;

	if (members == NULL)
		return;
	item = JsonGet(JsonParse(BytesFromCString(members)), "Item");
	if (item == NULL)
		return;
	JsonName(writer, "ExistingItem");
	RequestNodeWrite(writer, item);
}

Bytes
ReportLine(InputSource *source, const InputRecord *record, const ErrorData *error)
{
	bool condition = error != NULL && IsConditionFailure(error);
	StringInfoData text;
	JsonWriter writer;
	LineState state = { source, record, &writer };

	initStringInfo(&text);
	JsonWriterInit(&writer, &text, false);
	JsonBeginObject(&writer);
	JsonCStringMember(&writer, "S3Object", record->object);
	JsonIntegerMember(&writer, "ItemIndex", record->number);
	if (!condition)
		WriteError(&writer, record, error);
	if (record->fault == NULL)
		(void) Guard(WriteItem, &state, IsMalformed);
	if (condition)
		WriteExisting(&writer, error);
	JsonEndObject(&writer);
	return (Bytes){ text.data, text.len };
}

/* --- objects --- */

typedef struct Report
{
	char *key;
	int64 count;
	StoreWritten written;
} Report;

char *
ReportPrefix(const Structure *output)
{
	Bytes prefix = StructureString(output, member_S3KeyPrefix);
	bool separated = prefix.length == 0 || prefix.data[prefix.length - 1] == '/';

	return psprintf("%.*s%sAWSDynamoDB/", BYTES_ARGS(prefix), separated ? "" : "/");
}

static char *
KeyOf(const ImportJob *job, const Structure *output, const char *name)
{
	return psprintf("%s%s/%s", ReportPrefix(output), job->identifier, name);
}

static void
AppendLines(StorePut *put, const ImportJob *job, bool condition, Report *report)
{
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo report", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	int64 after = 0;
	List *errors;
	ListCell *cell;

	while ((errors = ImportErrorsAfter(job->id, condition, after)) != NIL)
	{
		foreach (cell, errors)
		{
			const ImportError *error = lfirst(cell);

			StorePutAppend(put, error->output.data, error->output.length);
			StorePutAppend(put, "\n", 1);
			report->count++;
			after = error->id;
		}
		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(context);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
}

static void
WriteReport(Store *store, const ImportJob *job, const Structure *output, bool condition,
            Report *report)
{
	StorePut *put;

	report->key = KeyOf(job, output, file_names[condition]);
	put = StorePutBegin(store, report->key, JSON_TYPE);
	AppendLines(put, job, condition, report);
	StorePutFinish(put, &report->written);
}

static void
DescribeReport(JsonWriter *writer, const char *type, const Report *report)
{
	if (report->key == NULL)
		return;
	JsonBeginObject(writer);
	JsonCStringMember(writer, "OutputType", type);
	JsonCStringMember(writer, "S3Key", report->key);
	JsonIntegerMember(writer, "ItemCount", report->count);
	JsonIntegerMember(writer, "SizeBytes", report->written.size);
	JsonCStringMember(writer, "ETag", report->written.etag);
	JsonEndObject(writer);
}

static void
WriteManifest(Store *store, const ImportJob *job, const Structure *output, const Report *reports)
{
	StringInfoData text;
	JsonWriter writer;
	StoreWritten written;

	initStringInfo(&text);
	JsonWriterInit(&writer, &text, false);
	JsonBeginObject(&writer);
	JsonCStringMember(&writer, "BulkOperationArn", BulkOperationArn(job->table, job->identifier));
	JsonCStringMember(&writer, "TableArn", TableArn(job->table));
	JsonIntegerMember(&writer, "ProcessedItemCount", job->progress.processed);
	JsonIntegerMember(&writer, "FailedItemCount", job->progress.errors);
	JsonName(&writer, "Reports");
	JsonBeginArray(&writer);
	DescribeReport(&writer, "ERROR", &reports[false]);
	DescribeReport(&writer, "CONDITION_CHECK_FAILURE", &reports[true]);
	JsonEndArray(&writer);
	JsonEndObject(&writer);
	StorePutWhole(store, KeyOf(job, output, "manifest-summary.json"), JSON_TYPE, text.data,
	              text.len, &written);
}

static void
Encrypt(Store *store, const Structure *output)
{
	Bytes algorithm = StructureString(output, member_S3SseAlgorithm);
	Bytes key = StructureString(output, member_S3SseKmsKeyId);
	StoreEncryption encryption = { 0 };

	if (algorithm.data == NULL)
		return;
	encryption.algorithm = BytesToCString(algorithm);
	if (key.data != NULL)
		encryption.kms_key = BytesToCString(key);
	StoreSetEncryption(store, &encryption);
}

void
ReportsWrite(const ImportJob *job, const Structure *request)
{
	const Structure *output = StructureStructure(request, member_OutputS3Configuration);
	Bytes bucket = StructureString(output, member_S3Bucket);
	Report reports[2] = { 0 };
	Store *store;

	if (bucket.data == NULL)
		return;
	store = StoreOpen(bucket, StructureString(output, member_S3BucketOwner));
	Encrypt(store, output);
	for (int condition = 0; condition < 2; condition++)
		if (ReportIsWanted(request, condition))
			WriteReport(store, job, output, condition, &reports[condition]);
	WriteManifest(store, job, output, reports);
	StoreClose(store);
}
