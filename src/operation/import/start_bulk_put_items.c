/*
 * StartBulkPutItems.
 */
#include "operation/import_operations.h"

#include "backup/task.h"
#include "error/error.h"
#include "transfer/import/job_input.h"
#include "miscadmin.h"
#include "operation/access/resource_access.h"
#include "operation/import/bulk_description.h"
#include "operation/import/bulk_report.h"
#include "operation/import/import_request.h"
#include "operation/table/table_change.h"
#include "storage/relation/lock.h"
#include "transfer/store/authorize.h"
#include "transfer/store/store.h"

/* Bulk puts of a role at once, as imports. */
#define MOST_BULK_PUTS 50

static void
CheckOutput(const Structure *output)
{
	Bytes algorithm = StructureString(output, member_S3SseAlgorithm);

	CheckStoreLocation(output, "outputS3Configuration");
	if (StructureString(output, member_S3Bucket).data == NULL)
		ValidationError(TEXT_BULK_NO_OUTPUT);
	if (StructureHas(output, MEMBER_S3SseKmsKeyId) && !BytesEqual(algorithm, BYTES_LITERAL("KMS")))
		ValidationError(TEXT_TRANSFER_KEY_WITHOUT_KMS);
	if (algorithm.data != NULL && !StoreEncrypts())
		ValidationError(TEXT_TRANSFER_NO_ENCRYPTION);
}

static void
CheckStores(const Structure *request)
{
	const Structure *input = StructureStructure(request, member_InputS3Configuration);
	const Structure *output = StructureStructure(request, member_OutputS3Configuration);

	CheckClientToken(request);
	CheckStoreLocation(input, "inputS3Configuration");
	CheckOutput(output);
	StoreAuthorize(GetUserId(), StructureString(input, member_S3Bucket),
	               StructureString(input, member_S3KeyPrefix), STORE_READ);
	StoreAuthorize(GetUserId(), StructureString(output, member_S3Bucket),
	               BytesFromCString(ReportPrefix(output)), STORE_WRITE);
}

static void
CheckLimit(void)
{
	if (ImportJobCount(JOB_BULK_PUT) >= MOST_BULK_PUTS)
		DynamoError(EXCEPTION_LIMIT_EXCEEDED, TEXT_BULK_OPERATIONS_AT_ONCE, MOST_BULK_PUTS);
}

static void
Start(ImportJob *job)
{
	Table *table = TableOpen(job->table, ACL_INSERT | ACL_UPDATE);

	if (table == NULL)
		RaiseTableNotFound(job->table);
	CheckTableLoaded(table);
	CheckStoreIsConfigured();
	CheckLimit();
	job->relation = table->relation;
	job->table_id = table->id;
	ImportJobInsert(job);
	BackupTaskAdd(
	    &(BackupTask){ .kind = TASK_BULK_PUT, .backup = job->id, .relation = job->relation });
}

void
RunStartBulkPutItems(const OperationContext *context, const Structure *request,
                     JsonWriter *response)
{
	Bytes name = AccessRequestWholeTable(context, request);
	ImportJob job = { .kind = JOB_BULK_PUT, .table = name };
	ImportJob repeated;

	AccessWholeTable(context, request, "PutItem", name);
	CheckStores(request);
	PreventCommandIfReadOnly("a bulk put");
	PreventCommandIfParallelMode("a bulk put");
	LockTableName(name);
	ImportJobTakeRequest(&job, request);
	switch (ImportJobRepeated(&job, &repeated))
	{
		case JOB_IS_NEW:
			Start(&job);
			break;
		case JOB_IS_REPEATED:
			job = repeated;
			break;
		case JOB_IS_CONTRADICTED:
			DynamoError(EXCEPTION_IDEMPOTENT_PARAMETER_MISMATCH, TEXT_CLIENT_TOKEN_OTHER);
	}
	BulkDescriptionWrite(response, &job);
}
