/*
 * See export_request.h.
 */
#include "operation/export/export_request.h"

#include <ctype.h>

#include "error/error.h"
#include "transfer/store/store.h"

/* As the service has them (developer guide, "Requesting a table export"). */
#define SHORTEST_INCREMENT (15 * USECS_PER_MINUTE)
#define LONGEST_INCREMENT USECS_PER_DAY

#define ACCOUNT_ID_LENGTH 12

pg_noreturn static void
RaisePattern(Bytes value, const char *member, const char *pattern)
{
	ValidationError(TEXT_TRANSFER_PATTERN, BYTES_ARGS(value), member, pattern);
}

/* --- the service model's patterns --- */

static void
CheckBucket(Bytes bucket)
{
	bool fits = bucket.length >= 2 && isalnum((unsigned char) bucket.data[0]) &&
	            isalnum((unsigned char) bucket.data[bucket.length - 1]);

	for (int i = 0; fits && i < bucket.length; i++)
		fits = isalnum((unsigned char) bucket.data[i]) ||
		       (bucket.data[i] != '\0' && strchr("._-", bucket.data[i]) != NULL);
	if (!fits)
		RaisePattern(bucket, "s3Bucket", "^[a-z0-9A-Z]+[\\.\\-\\w]*[a-z0-9A-Z]+$");
}

static void
CheckOwner(Bytes owner)
{
	bool fits = owner.length == ACCOUNT_ID_LENGTH;

	for (int i = 0; fits && i < owner.length; i++)
		fits = isdigit((unsigned char) owner.data[i]);
	if (owner.data != NULL && !fits)
		RaisePattern(owner, "s3BucketOwner", "[0-9]{12}");
}

static void
CheckToken(Bytes token)
{
	if (token.data != NULL && (token.length == 0 || BytesFind(token, '$') != NULL))
		RaisePattern(token, "clientToken", "^[^\\$]+$");
}

/* U+0000 is in no key, nor in a row of the catalog. */
static void
CheckNoNul(Bytes text, const char *member)
{
	if (text.data != NULL && BytesFind(text, '\0') != NULL)
		ValidationError(TEXT_TRANSFER_NUL, member);
}

void
ExportCheckNames(const ExportSpecification *specification)
{
	CheckBucket(specification->bucket);
	CheckOwner(specification->bucket_owner);
	CheckNoNul(specification->prefix, "S3Prefix");
	if (!StoreIsConfigured())
		ValidationError(TEXT_EXPORT_NO_STORE);
}

/* --- what does not go together --- */

static void
CheckEncryption(const ExportSpecification *specification)
{
	if (specification->sse_kms_key.data != NULL &&
	    !BytesEqual(specification->sse_algorithm, BYTES_LITERAL("KMS")))
		ValidationError(TEXT_TRANSFER_KEY_WITHOUT_KMS);
	if (specification->sse_algorithm.data != NULL && !StoreEncrypts())
		ValidationError(TEXT_TRANSFER_NO_ENCRYPTION);
}

static void
CheckType(const Structure *request, bool is_incremental)
{
	bool has_times = StructureHas(request, MEMBER_IncrementalExportSpecification);

	if (is_incremental && StructureHas(request, MEMBER_FilterSpecification))
		ValidationError(TEXT_EXPORT_FILTER);
	if (has_times && !is_incremental)
		ValidationError(TEXT_EXPORT_INCREMENT_FORBIDDEN);
	if (is_incremental && !has_times)
		ValidationError(TEXT_EXPORT_INCREMENT_REQUIRED);
	if (is_incremental && StructureHas(request, MEMBER_ExportTime))
		ValidationError(TEXT_EXPORT_TIME_FORBIDDEN);
}

/* As JSON. */
static Bytes
FilterOf(const Structure *request)
{
	const JsonNode *filter = StructureFind(request, MEMBER_FilterSpecification);
	StringInfoData text;
	JsonWriter writer;

	if (filter == NULL)
		return (Bytes){ NULL, 0 };
	initStringInfo(&text);
	JsonWriterInit(&writer, &text, false);
	RequestNodeWrite(&writer, filter);
	return (Bytes){ text.data, text.len };
}

ExportSpecification
ExportRequestSpecification(const Structure *request)
{
	const Structure *increment = StructureStructure(request, member_IncrementalExportSpecification);
	ExportSpecification specification = {
		.bucket = StructureString(request, member_S3Bucket),
		.bucket_owner = StructureString(request, member_S3BucketOwner),
		.prefix = StructureString(request, member_S3Prefix),
		.sse_algorithm = StructureString(request, member_S3SseAlgorithm),
		.sse_kms_key = StructureString(request, member_S3SseKmsKeyId),
		.filter = FilterOf(request),
		.is_ion = BytesEqual(StructureString(request, member_ExportFormat), BYTES_LITERAL("ION")),
		.is_incremental = BytesEqual(StructureString(request, member_ExportType),
		                             BYTES_LITERAL("INCREMENTAL_EXPORT")),
		.has_old_images = !BytesEqual(StructureString(increment, member_ExportViewType),
		                              BYTES_LITERAL("NEW_IMAGE")),
	};

	ExportCheckNames(&specification);
	CheckToken(StructureString(request, member_ClientToken));
	CheckNoNul(specification.sse_kms_key, "S3SseKmsKeyId");
	CheckNoNul(StructureString(request, member_ClientToken), "ClientToken");
	CheckType(request, specification.is_incremental);
	CheckEncryption(&specification);
	return specification;
}

/* --- times --- */

static void
CheckTime(TimestampTz time, const char *member, const RecoveryWindow *window)
{
	if (time < window->earliest || time > window->latest)
		DynamoError(EXCEPTION_INVALID_EXPORT_TIME, TEXT_EXPORT_TIME, member);
}

static void
TakeIncrement(const Structure *increment, const RecoveryWindow *window, Export *export)
{
	if (!StructureHas(increment, MEMBER_ExportFromTime))
		ValidationError(TEXT_EXPORT_FROM_TIME_REQUIRED);
	export->from_time = StructureTime(increment, member_ExportFromTime, 0);
	export->to_time = StructureTime(increment, member_ExportToTime, window->latest);
	if (export->to_time - export->from_time < SHORTEST_INCREMENT)
		ValidationError(TEXT_EXPORT_INCREMENT_SHORT);
	if (export->to_time - export->from_time > LONGEST_INCREMENT)
		ValidationError(TEXT_EXPORT_INCREMENT_LONG);
	CheckTime(export->from_time, "ExportFromTime", window);
	CheckTime(export->to_time, "ExportToTime", window);
}

void
ExportRequestTimes(const Structure *request, const RecoveryWindow *window, Export *export)
{
	if (export->specification.is_incremental)
	{
		TakeIncrement(StructureStructure(request, member_IncrementalExportSpecification), window,
		              export);
		return;
	}
	export->to_time = StructureTime(request, member_ExportTime, window->latest);
	CheckTime(export->to_time, "ExportTime", window);
}
