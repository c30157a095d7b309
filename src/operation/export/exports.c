/*
 * DescribeExport and ListExports.
 */
#include "operation/export_operations.h"

#include "backup/task.h"
#include "error/error.h"
#include "operation/access/resource_access.h"
#include "operation/arn.h"
#include "operation/export/export_description.h"

#define LIST_EXPORTS_LIMIT 25
#define MAX_IDENTIFIER 64

/* One that the caller has no part in is as none. */
static Export
RequestExport(const OperationContext *context, const Structure *request)
{
	Bytes arn = StructureString(request, member_ExportArn);
	Bytes table;
	Bytes identifier;
	bool here = ExportArnRead(arn, &table, &identifier);
	Export export;

	AccessExport(context, table, identifier);
	if (!here || !ExportFind(table, identifier, &export) || !ExportIsOwn(&export))
		DynamoError(EXCEPTION_EXPORT_NOT_FOUND, TEXT_NO_EXPORT, BYTES_ARGS(arn));
	return export;
}

void
RunDescribeExport(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	Export export = RequestExport(context, request);

	if (export.status == EXPORT_IN_PROGRESS)
		BackupTaskResume(TASK_EXPORT, export.id, InvalidOid);
	ExportDescriptionWrite(response, &export);
}

/* A token is the last identifier of the page before. */
static Bytes
RequestStart(const Structure *request)
{
	Bytes token = StructureString(request, member_NextToken);

	if (token.data != NULL &&
	    (token.length < 1 || token.length > MAX_IDENTIFIER || BytesFind(token, '\0') != NULL))
		ValidationError(TEXT_EXPORT_TOKEN_INVALID);
	return token;
}

void
RunListExports(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	int limit = StructureInteger(request, member_MaxResults, LIST_EXPORTS_LIMIT);
	Bytes table = { NULL, 0 };
	const Export *last = NULL;
	List *exports;

	AccessService(context, "*");
	if (StructureHas(request, MEMBER_TableArn))
		table = TableNameOfArn(StructureString(request, member_TableArn));
	exports = ExportList(table, RequestStart(request), limit + 1);
	JsonBeginObject(response);
	JsonName(response, "ExportSummaries");
	JsonBeginArray(response);
	for (int i = 0; i < Min(limit, list_length(exports)); i++)
		ExportSummaryWrite(response, last = list_nth(exports, i));
	JsonEndArray(response);
	if (list_length(exports) > limit)
	{
		JsonName(response, "NextToken");
		JsonCString(response, last->identifier);
	}
	JsonEndObject(response);
}
