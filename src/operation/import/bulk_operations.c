/*
 * DescribeBulkOperation, ListBulkOperations and CancelBulkOperation.
 */
#include "operation/import_operations.h"

#include "backup/task.h"
#include "error/error.h"
#include "json/json_member.h"
#include "miscadmin.h"
#include "model/resource_name.h"
#include "operation/access/resource_access.h"
#include "operation/arn.h"
#include "operation/import/bulk_description.h"
#include "operation/import/import_request.h"

#define LIST_BULK_OPERATIONS_PAGE 10

/* One that the caller has no part in is as none. */
static ImportJob
RequestBulkOperation(const OperationContext *context, const Structure *request)
{
	Bytes arn = StructureString(request, member_BulkOperationArn);
	Bytes table;
	Bytes identifier;
	bool here = BulkOperationArnRead(arn, &table, &identifier);
	ImportJob job;

	AccessBulkOperation(context, table, identifier);
	if (!here || !ImportJobFind(JOB_BULK_PUT, table, identifier, &job) || !ImportJobIsOwn(&job))
		DynamoError(EXCEPTION_RESOURCE_NOT_FOUND, TEXT_NO_BULK_OPERATION, BYTES_ARGS(arn));
	return job;
}

void
RunDescribeBulkOperation(const OperationContext *context, const Structure *request,
                         JsonWriter *response)
{
	ImportJob job = RequestBulkOperation(context, request);

	if (job.ended == 0)
		BackupTaskResume(TASK_BULK_PUT, job.id, InvalidOid);
	BulkDescriptionWrite(response, &job);
}

void
RunListBulkOperations(const OperationContext *context, const Structure *request,
                      JsonWriter *response)
{
	int page = StructureInteger(request, member_MaxResults, LIST_BULK_OPERATIONS_PAGE);
	ImportJobFilter filter = { .kind = JOB_BULK_PUT, .limit = page + 1 };
	const ImportJob *last = NULL;
	List *jobs;

	AccessService(context, "*");
	filter.before = RequestPage(request);
	jobs = ImportJobList(&filter);
	JsonBeginObject(response);
	JsonName(response, "BulkOperationsSummaryList");
	JsonBeginArray(response);
	for (int i = 0; i < Min(page, list_length(jobs)); i++)
		BulkSummaryWrite(response, last = list_nth(jobs, i));
	JsonEndArray(response);
	if (list_length(jobs) > page)
		WriteNextToken(response, last->id);
	JsonEndObject(response);
}

/* One that has ended stays as it is. */
void
RunCancelBulkOperation(const OperationContext *context, const Structure *request,
                       JsonWriter *response)
{
	ImportJob job = RequestBulkOperation(context, request);

	PreventCommandIfReadOnly("the cancellation of a bulk put");
	if (!ImportJobCancel(&job))
		ValidationError(TEXT_BULK_OPERATION_OVER, BulkOperationArn(job.table, job.identifier));
	JsonBeginObject(response);
	JsonCStringMember(response, "BulkOperationArn", BulkOperationArn(job.table, job.identifier));
	JsonCStringMember(response, "BulkOperationStatus", ImportJobStatusName(job.status));
	JsonEndObject(response);
}
