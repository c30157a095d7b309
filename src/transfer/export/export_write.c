/*
 * See export_write.h.
 */
#include "transfer/export/export_write.h"

#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "text/base64.h"
#include "json/json.h"
#include "json/json_member.h"
#include "model/resource_name.h"

#define JSON_TYPE "application/json"

char *
ExportStart(const ExportSpecification *specification)
{
	Bytes prefix = specification->prefix;

	while (prefix.length > 0 && prefix.data[prefix.length - 1] == '/')
		prefix.length--;
	return psprintf("%.*s%sAWSDynamoDB/", BYTES_ARGS(prefix), prefix.length > 0 ? "/" : "");
}

char *
ExportKey(const Export *export, const char *name)
{
	return psprintf("%s%s/%s", ExportStart(&export->specification), export->identifier, name);
}

/* The identifier stands in the names: incremental exports share a directory. */
static char *
DataStart(const Export *export)
{
	const char *start = ExportStart(&export->specification);
	const char *dash = strchr(export->identifier, '-');
	char *name =
	    psprintf("%.*s%s", (int) (dash - export->identifier), export->identifier, dash + 1);

	return export->specification.is_incremental
	           ? psprintf("%sdata/%s", start, name)
	           : psprintf("%s%s/data/%s", start, export->identifier, name);
}

static StoreEncryption
EncryptionOf(const ExportSpecification *specification)
{
	StoreEncryption encryption = { 0 };

	if (specification->sse_algorithm.data != NULL)
		encryption.algorithm = BytesToCString(specification->sse_algorithm);
	if (specification->sse_kms_key.data != NULL)
		encryption.kms_key = BytesToCString(specification->sse_kms_key);
	return encryption;
}

void
ExportWriteBegin(const Export *export, Store *store, ExportFiles *files)
{
	const ExportSpecification *specification = &export->specification;
	StoreEncryption encryption = EncryptionOf(specification);
	StoreWritten written;

	StoreSetEncryption(store, &encryption);
	StorePutWhole(store, ExportKey(export, "_started"), "application/octet-stream", "", 0,
	              &written);
	ExportFilesOpen(files, store, DataStart(export), specification);
}

/* --- manifests --- */

/* "2020-11-04T07:28:34.028Z" */
static char *
TimeText(TimestampTz time)
{
	pg_time_t seconds = timestamptz_to_time_t(time);
	int milliseconds = (int) ((time % USECS_PER_SEC) / 1000);
	char text[32];

	pg_strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", pg_gmtime(&seconds));
	return psprintf("%s.%03dZ", text, milliseconds);
}

static void
WriteText(JsonWriter *writer, const char *name, Bytes text)
{
	JsonName(writer, name);
	if (text.data != NULL)
		JsonString(writer, text);
	else
		JsonNull(writer);
}

static void
WriteTimes(JsonWriter *writer, const Export *export)
{
	if (!export->specification.is_incremental)
	{
		JsonCStringMember(writer, "exportTime", TimeText(export->to_time));
		return;
	}
	JsonCStringMember(writer, "exportFromTime", TimeText(export->from_time));
	JsonCStringMember(writer, "exportToTime", TimeText(export->to_time));
}

static void
WriteTable(JsonWriter *writer, const Export *export)
{
	if (export->is_backup)
		JsonCStringMember(writer, "backupArn", BackupArn(export->table, export->identifier));
	else
		JsonCStringMember(writer, "exportArn", ExportArn(export->table, export->identifier));
	JsonCStringMember(writer, "startTime", TimeText(export->started));
	JsonCStringMember(writer, "endTime", TimeText(export->ended));
	JsonCStringMember(writer, "tableArn", TableArn(export->table));
	JsonCStringMember(
	    writer, "tableId",
	    DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(&export->table_id))));
	WriteTimes(writer, export);
}

static void
WriteSummary(StringInfo out, const Export *export)
{
	const ExportSpecification *specification = &export->specification;
	JsonWriter writer;

	JsonWriterInit(&writer, out, false);
	JsonBeginObject(&writer);
	JsonCStringMember(&writer, "version",
	                  specification->is_incremental ? "2023-08-01" : "2020-06-30");
	WriteTable(&writer, export);
	WriteText(&writer, "s3Bucket", specification->bucket);
	WriteText(&writer, "s3Prefix", specification->prefix);
	WriteText(&writer, "s3SseAlgorithm", specification->sse_algorithm);
	WriteText(&writer, "s3SseKmsKeyId", specification->sse_kms_key);
	JsonCStringMember(&writer, "manifestFilesS3Key", ExportKey(export, "manifest-files.json"));
	JsonIntegerMember(&writer, "billedSizeBytes", export->bytes);
	JsonIntegerMember(&writer, "itemCount", export->items);
	JsonCStringMember(&writer, "outputFormat", ExportFormatName(specification));
	if (specification->is_incremental)
		JsonCStringMember(&writer, "outputView", ExportViewName(specification));
	JsonCStringMember(&writer, "exportType", ExportTypeName(specification));
	JsonEndObject(&writer);
}

static void
PutManifest(const Export *export, Store *store, const char *name, const StringInfoData *text)
{
	StoreWritten written;
	Bytes md5;
	StoreWritten checksum;

	StorePutWhole(store, ExportKey(export, psprintf("%s.json", name)), JSON_TYPE, text->data,
	              text->len, &written);
	md5 = Base64ToText((Bytes){ (const char *) written.md5, STORE_MD5_SIZE });
	StorePutWhole(store, ExportKey(export, psprintf("%s.md5", name)), "text/plain", md5.data,
	              md5.length, &checksum);
}

void
ExportWriteEnd(Export *export, ExportFiles *files)
{
	StringInfoData summary;

	export->items = files->items;
	export->bytes = files->bytes;
	export->ended = GetCurrentTimestamp();
	PutManifest(export, files->store, "manifest-files", &files->manifest);
	initStringInfo(&summary);
	WriteSummary(&summary, export);
	PutManifest(export, files->store, "manifest-summary", &summary);
	export->manifest = ExportKey(export, "manifest-summary.json");
	export->status = EXPORT_COMPLETED;
	StoreClose(files->store);
}
