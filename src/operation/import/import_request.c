/*
 * See import_request.h.
 */
#include "operation/import/import_request.h"

#include <ctype.h>

#include "error/error.h"
#include "json/json_member.h"
#include "text/text_scan.h"
#include "operation/request/request_hash.h"
#include "transfer/store/store.h"

#define TEXT_PATTERN                                                                  \
	"1 validation error detected: Value '%.*s' at '%s' failed to satisfy constraint:" \
	" Member must satisfy regular expression pattern: %s"

#define TOKEN_PATTERN "^[^\\$]+$"
#define BUCKET_PATTERN "^[a-z0-9A-Z]+[\\.\\-\\w]*[a-z0-9A-Z]+$"
#define OWNER_PATTERN "[0-9]{12}"
#define DELIMITER_PATTERN "[,;:|\\t ]"
#define HEADER_PATTERN "[\\x20-\\x21\\x23-\\x2B\\x2D-\\x7E]*"
#define PAGE_PATTERN "([0-9a-f]{16})+"

/* The service model wants at least 112 digits. */
#define PAGE_DIGITS 16
#define PAGE_REPEATS 7

static bool
IsAlphanumeric(char c)
{
	return !IS_HIGHBIT_SET(c) && isalnum((unsigned char) c);
}

/* --- patterns --- */

/* A row of the catalog has no U+0000. */
static bool
IsToken(Bytes text)
{
	return text.length > 0 && BytesFind(text, '$') == NULL && BytesFind(text, '\0') == NULL;
}

static bool
IsBucket(Bytes text)
{
	if (text.length < 2 || !IsAlphanumeric(text.data[0]) ||
	    !IsAlphanumeric(text.data[text.length - 1]))
		return false;
	for (int i = 0; i < text.length; i++)
		if (!IsAlphanumeric(text.data[i]) &&
		    (text.data[i] == '\0' || strchr("._-", text.data[i]) == NULL))
			return false;
	return true;
}

static bool
IsOwner(Bytes text)
{
	for (int i = 0; i < text.length; i++)
		if (!isdigit((unsigned char) text.data[i]))
			return false;
	return text.length == 12;
}

static bool
IsDelimiter(Bytes text)
{
	return text.length == 1 && text.data[0] != '\0' && strchr(",;:|\t ", text.data[0]) != NULL;
}

/* Visible characters of ASCII and blanks, without quotation marks and commas. */
static bool
IsHeader(Bytes text)
{
	for (int i = 0; i < text.length; i++)
		if (text.data[i] < 0x20 || text.data[i] > 0x7E || text.data[i] == '"' ||
		    text.data[i] == ',')
			return false;
	return true;
}

static bool
IsPage(Bytes text)
{
	for (int i = 0; i < text.length; i++)
		if (TextHexDigit(text.data[i]) < 0 || isupper((unsigned char) text.data[i]))
			return false;
	return text.length % PAGE_DIGITS == 0;
}

static void
CheckPattern(Bytes text, bool (*matches)(Bytes text), const char *path, const char *pattern)
{
	if (text.data != NULL && !matches(text))
		ValidationError(TEXT_PATTERN, BYTES_ARGS(text), path, pattern);
}

void
CheckClientToken(const Structure *request)
{
	CheckPattern(StructureString(request, member_ClientToken), IsToken, "clientToken",
	             TOKEN_PATTERN);
}

void
CheckStoreLocation(const Structure *location, const char *path)
{
	Bytes prefix = StructureString(location, member_S3KeyPrefix);

	CheckPattern(StructureString(location, member_S3BucketOwner), IsOwner,
	             psprintf("%s.s3BucketOwner", path), OWNER_PATTERN);
	CheckPattern(StructureString(location, member_S3Bucket), IsBucket,
	             psprintf("%s.s3Bucket", path), BUCKET_PATTERN);
	if (prefix.data != NULL && BytesFind(prefix, '\0') != NULL)
		ValidationError(TEXT_IMPORT_NUL);
}

void
CheckBucketName(Bytes bucket)
{
	CheckPattern(bucket, IsBucket, "s3Bucket", BUCKET_PATTERN);
}

static int
CompareNames(const void *a, const void *b)
{
	return BytesCompare(*(const Bytes *) a, *(const Bytes *) b);
}

/* Of two columns of one name one would be lost. */
static void
CheckHeaderNames(const JsonNode *header)
{
	Bytes *names = palloc_array(Bytes, header->count);

	for (int i = 0; i < header->count; i++)
		names[i] = JsonNodeString(&header->elements[i]);
	qsort(names, header->count, sizeof(Bytes), CompareNames);
	for (int i = 1; i < header->count; i++)
		if (BytesEqual(names[i], names[i - 1]))
			ValidationError(TEXT_IMPORT_HEADER_TWICE, BYTES_ARGS(names[i]));
	pfree(names);
}

void
CheckCsvOptions(const Structure *csv)
{
	const JsonNode *header = StructureList(csv, member_HeaderList);

	CheckPattern(StructureString(csv, member_Delimiter), IsDelimiter,
	             "inputFormatOptions.csv.delimiter", DELIMITER_PATTERN);
	for (int i = 0; header != NULL && i < header->count; i++)
		CheckPattern(JsonNodeString(&header->elements[i]), IsHeader,
		             psprintf("inputFormatOptions.csv.headerList.%d.member", i + 1),
		             HEADER_PATTERN);
	if (header != NULL)
		CheckHeaderNames(header);
}

void
CheckStoreIsConfigured(void)
{
	if (!StoreIsConfigured())
		ValidationError(TEXT_IMPORT_NO_STORE);
}

/* --- tokens of requests --- */

void
ImportJobTakeRequest(ImportJob *job, const Structure *request)
{
	JsonNode node = { JSON_NODE_STRUCTURE, 0, { .structure = request } };
	StringInfoData text;
	JsonWriter writer;
	uint8 *hash = palloc(REQUEST_HASH_LENGTH);

	initStringInfo(&text);
	JsonWriterInit(&writer, &text, false);
	RequestNodeWrite(&writer, &node);
	job->request = (Bytes){ text.data, text.len };
	job->token = StructureString(request, member_ClientToken);
	RequestHash(&node, hash);
	job->token_hash = (Bytes){ (char *) hash, REQUEST_HASH_LENGTH };
}

RepeatedJob
ImportJobRepeated(const ImportJob *wanted, ImportJob *found)
{
	if (wanted->token.data == NULL || !ImportJobFindToken(wanted->kind, wanted->token, found))
		return JOB_IS_NEW;
	return BytesEqual(wanted->token_hash, found->token_hash) ? JOB_IS_REPEATED
	                                                         : JOB_IS_CONTRADICTED;
}

/* --- tokens of pages --- */

/* The number of a job, several times. */
int64
RequestPage(const Structure *request)
{
	Bytes token = StructureString(request, member_NextToken);
	uint64 page = 0;

	if (token.data == NULL)
		return 0;
	CheckPattern(token, IsPage, "nextToken", PAGE_PATTERN);
	for (int i = 0; i < PAGE_DIGITS; i++)
		page = page << 4 | TextHexDigit(token.data[i]);
	for (int i = PAGE_DIGITS; i < token.length; i += PAGE_DIGITS)
		if (memcmp(token.data, token.data + i, PAGE_DIGITS) != 0)
			page = 0;
	if ((int64) page <= 0)
		ValidationError(TEXT_TOKEN_INVALID);
	return (int64) page;
}

void
WriteNextToken(JsonWriter *response, int64 last)
{
	char token[PAGE_DIGITS * PAGE_REPEATS + 1];

	for (int i = 0; i < PAGE_REPEATS; i++)
		snprintf(token + i * PAGE_DIGITS, PAGE_DIGITS + 1, "%016llx", (unsigned long long) last);
	JsonCStringMember(response, "NextToken", token);
}
