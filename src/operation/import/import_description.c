/*
 * CloudWatchLogGroupArn is left out: what the service logs there is in dynamo.import_errors.
 */
#include "operation/import/import_description.h"

#include "transfer/import/job_input.h"
#include "json/json_member.h"
#include "text/unix_time.h"
#include "model/resource_name.h"

#include "utils/fmgrprotos.h"

/* What descriptions and summaries have in common. */
static void
WriteIdentity(JsonWriter *response, const ImportJob *job)
{
	JsonCStringMember(response, "ImportArn", ImportArn(job->table, job->identifier));
	JsonCStringMember(response, "ImportStatus", ImportJobStatusName(job->status));
	JsonCStringMember(response, "TableArn", TableArn(job->table));
	JsonTimeMember(response, "StartTime", UnixMilliseconds(job->started));
	if (job->ended != 0)
		JsonTimeMember(response, "EndTime", UnixMilliseconds(job->ended));
}

static void
WriteProgress(JsonWriter *response, const ImportProgress *progress)
{
	JsonIntegerMember(response, "ErrorCount", progress->errors);
	JsonIntegerMember(response, "ProcessedSizeBytes", progress->passed);
	JsonIntegerMember(response, "ProcessedItemCount", progress->processed);
	JsonIntegerMember(response, "ImportedItemCount", progress->written);
}

/* Known where a job has failed; before that its table is still to be ended with. */
static void
WriteFailure(JsonWriter *response, const ImportJob *job)
{
	if (job->status != JOB_FAILED || job->failure_code.data == NULL)
		return;
	JsonStringMember(response, "FailureCode", job->failure_code);
	JsonStringMember(response, "FailureMessage", job->failure_message);
}

void
ImportDescriptionWrite(JsonWriter *response, const ImportJob *job)
{
	const Structure *request = ImportJobRequest(job);

	JsonBeginObject(response);
	JsonName(response, "ImportTableDescription");
	JsonBeginObject(response);
	WriteIdentity(response, job);
	JsonCStringMember(
	    response, "TableId",
	    DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(&job->table_id))));
	StructureWriteMembers(response, request, MEMBER_NONE);
	if (!StructureHas(request, MEMBER_InputCompressionType))
		JsonCStringMember(response, "InputCompressionType", "NONE");
	WriteProgress(response, &job->progress);
	WriteFailure(response, job);
	JsonEndObject(response);
	JsonEndObject(response);
}

void
ImportSummaryWrite(JsonWriter *response, const ImportJob *job)
{
	const Structure *request = ImportJobRequest(job);

	JsonBeginObject(response);
	WriteIdentity(response, job);
	JsonName(response, "S3BucketSource");
	RequestNodeWrite(response, StructureFind(request, MEMBER_S3BucketSource));
	JsonStringMember(response, "InputFormat", StructureString(request, member_InputFormat));
	JsonEndObject(response);
}
