/*
 * BulkOperationUsage has the bytes of the table's items; what its indexes take is not counted.
 */
#include "operation/import/bulk_description.h"

#include "transfer/import/job_input.h"
#include "json/json_member.h"
#include "text/unix_time.h"
#include "model/resource_name.h"

#include "utils/fmgrprotos.h"

static void
WriteIdentity(JsonWriter *response, const ImportJob *job)
{
	JsonCStringMember(response, "BulkOperationArn", BulkOperationArn(job->table, job->identifier));
	JsonCStringMember(response, "BulkOperationStatus", ImportJobStatusName(job->status));
	JsonTimeMember(response, "StartTime", UnixMilliseconds(job->started));
	if (job->ended != 0)
		JsonTimeMember(response, "EndTime", UnixMilliseconds(job->ended));
}

static void
WriteTable(JsonWriter *response, const ImportJob *job)
{
	JsonName(response, "TableDetails");
	JsonBeginArray(response);
	JsonBeginObject(response);
	JsonStringMember(response, "TableName", job->table);
	JsonCStringMember(
	    response, "TableId",
	    DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(&job->table_id))));
	JsonEndObject(response);
	JsonEndArray(response);
}

static void
WriteUsage(JsonWriter *response, const ImportJob *job)
{
	JsonName(response, "BulkOperationUsage");
	JsonBeginArray(response);
	JsonBeginObject(response);
	JsonStringMember(response, "TableName", job->table);
	JsonIntegerMember(response, "BulkPutBytes", job->progress.put_bytes);
	JsonName(response, "Table");
	JsonBeginObject(response);
	JsonIntegerMember(response, "BulkPutBytes", job->progress.put_bytes);
	JsonEndObject(response);
	JsonEndObject(response);
	JsonEndArray(response);
}

static void
WriteProgress(JsonWriter *response, const ImportJob *job)
{
	JsonIntegerMember(response, "ProcessedItemCount", job->progress.processed);
	JsonIntegerMember(response, "FailedItemCount", job->progress.errors);
	JsonIntegerMember(response, "ProcessedInputBytes", job->progress.taken);
	if (job->total >= 0)
		JsonIntegerMember(response, "TotalInputBytes", job->total);
	WriteUsage(response, job);
}

static void
WriteFailure(JsonWriter *response, const ImportJob *job)
{
	if ((job->status != JOB_FAILED && job->status != JOB_CANCELLED) ||
	    job->failure_code.data == NULL)
		return;
	JsonStringMember(response, "FailureCode", job->failure_code);
	JsonStringMember(response, "FailureMessage", job->failure_message);
}

void
BulkDescriptionWrite(JsonWriter *response, const ImportJob *job)
{
	const Structure *request = ImportJobRequest(job);

	JsonBeginObject(response);
	JsonName(response, "BulkOperationDescription");
	JsonBeginObject(response);
	WriteIdentity(response, job);
	WriteTable(response, job);
	StructureWriteMembers(response, request, MEMBER_TableName);
	if (!StructureHas(request, MEMBER_PerformanceTier))
		JsonCStringMember(response, "PerformanceTier", "STANDARD");
	WriteProgress(response, job);
	WriteFailure(response, job);
	JsonEndObject(response);
	JsonEndObject(response);
}

void
BulkSummaryWrite(JsonWriter *response, const ImportJob *job)
{
	JsonBeginObject(response);
	WriteIdentity(response, job);
	JsonEndObject(response);
}
