/*
 * DescribeImport and ListImports.
 */
#include "operation/import_operations.h"

#include "backup/task.h"
#include "error/error.h"
#include "operation/access/authorization.h"
#include "operation/access/resource_access.h"
#include "operation/arn.h"
#include "operation/import/import_description.h"
#include "operation/import/import_request.h"

#define LIST_IMPORTS_PAGE 25

/* One that the caller has no part in is as none. */
static ImportJob
RequestImport(const OperationContext *context, const Structure *request)
{
	Bytes arn = StructureString(request, member_ImportArn);
	Bytes table;
	Bytes identifier;
	bool here = ImportArnRead(arn, &table, &identifier);
	ImportJob job;

	AccessImport(context, table, identifier);
	if (!here || !ImportJobFind(JOB_IMPORT, table, identifier, &job) || !ImportJobIsOwn(&job))
		DynamoError(EXCEPTION_IMPORT_NOT_FOUND, TEXT_NO_IMPORT, BYTES_ARGS(arn));
	return job;
}

void
RunDescribeImport(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	ImportJob job = RequestImport(context, request);

	if (job.ended == 0)
		BackupTaskResume(TASK_IMPORT, job.id, InvalidOid);
	ImportDescriptionWrite(response, &job);
}

void
RunListImports(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	int page = StructureInteger(request, member_PageSize, LIST_IMPORTS_PAGE);
	Bytes arn = StructureString(request, member_TableArn);
	ImportJobFilter filter = { .kind = JOB_IMPORT, .limit = page + 1 };
	const ImportJob *last = NULL;
	List *jobs;

	AccessService(context, "*");
	if (arn.data != NULL)
		filter.table = TableNameOf(arn);
	filter.before = RequestPage(request);
	jobs = ImportJobList(&filter);
	JsonBeginObject(response);
	JsonName(response, "ImportSummaryList");
	JsonBeginArray(response);
	for (int i = 0; i < Min(page, list_length(jobs)); i++)
		ImportSummaryWrite(response, last = list_nth(jobs, i));
	JsonEndArray(response);
	if (list_length(jobs) > page)
		WriteNextToken(response, last->id);
	JsonEndObject(response);
}
