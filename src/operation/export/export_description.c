/*
 * Writes ExportDescription and ExportSummary (API reference).
 */
#include "operation/export/export_description.h"

#include "json/json_member.h"
#include "text/unix_time.h"
#include "model/resource_name.h"
#include "model/structure.h"

#include "utils/fmgrprotos.h"
#include "utils/uuid.h"

static void
WriteTime(JsonWriter *response, const char *name, TimestampTz time)
{
	if (time != 0)
		JsonTimeMember(response, name, UnixMilliseconds(time));
}

static void
WriteText(JsonWriter *response, const char *name, Bytes text)
{
	if (text.data != NULL)
		JsonStringMember(response, name, text);
}

static void
WriteCString(JsonWriter *response, const char *name, const char *text)
{
	if (text != NULL)
		JsonCStringMember(response, name, text);
}

static void
WriteTable(JsonWriter *response, const Export *export)
{
	JsonCStringMember(response, "TableArn", TableArn(export->table));
	JsonCStringMember(
	    response, "TableId",
	    DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(&export->table_id))));
}

static void
WriteStore(JsonWriter *response, const ExportSpecification *specification)
{
	WriteText(response, "S3Bucket", specification->bucket);
	WriteText(response, "S3BucketOwner", specification->bucket_owner);
	WriteText(response, "S3Prefix", specification->prefix);
	WriteText(response, "S3SseAlgorithm", specification->sse_algorithm);
	WriteText(response, "S3SseKmsKeyId", specification->sse_kms_key);
	JsonCStringMember(response, "ExportFormat", ExportFormatName(specification));
	if (specification->filter.data == NULL)
		return;
	JsonName(response, "FilterSpecification");
	RequestNodeWrite(response, JsonParse(specification->filter));
}

static void
WriteIncrement(JsonWriter *response, const Export *export)
{
	JsonName(response, "IncrementalExportSpecification");
	JsonBeginObject(response);
	WriteTime(response, "ExportFromTime", export->from_time);
	WriteTime(response, "ExportToTime", export->to_time);
	JsonCStringMember(response, "ExportViewType", ExportViewName(&export->specification));
	JsonEndObject(response);
}

/* What the summary has, too. */
static void
WriteIdentity(JsonWriter *response, const Export *export)
{
	JsonCStringMember(response, "ExportArn", ExportArn(export->table, export->identifier));
	JsonCStringMember(response, "ExportStatus", ExportStatusName(export->status));
	JsonCStringMember(response, "ExportType", ExportTypeName(&export->specification));
}

static void
WriteOutcome(JsonWriter *response, const Export *export)
{
	WriteCString(response, "ExportManifest", export->manifest);
	WriteCString(response, "FailureCode", export->failure_code);
	WriteCString(response, "FailureMessage", export->failure_message);
	if (export->status != EXPORT_COMPLETED)
		return;
	JsonIntegerMember(response, "BilledSizeBytes", export->bytes);
	JsonIntegerMember(response, "ItemCount", export->items);
}

void
ExportDescriptionWrite(JsonWriter *response, const Export *export)
{
	JsonBeginObject(response);
	JsonName(response, "ExportDescription");
	JsonBeginObject(response);
	WriteIdentity(response, export);
	WriteTime(response, "StartTime", export->started);
	WriteTime(response, "EndTime", export->ended);
	WriteTable(response, export);
	if (export->specification.is_incremental)
		WriteIncrement(response, export);
	else
		WriteTime(response, "ExportTime", export->to_time);
	WriteText(response, "ClientToken", export->token);
	WriteStore(response, &export->specification);
	WriteOutcome(response, export);
	JsonEndObject(response);
	JsonEndObject(response);
}

void
ExportSummaryWrite(JsonWriter *response, const Export *export)
{
	JsonBeginObject(response);
	WriteIdentity(response, export);
	JsonEndObject(response);
}
