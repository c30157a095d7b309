/*
 * Requests are made one at a time, in the path's form (endpoint/bucket/key), by the calls of
 * endpoints: so the address that is connected to is judged by dynamo.endpoint_addresses, and no
 * redirect is followed. libcurl signs them; the digest of the body is a header that it signs, too.
 */
#include "transfer/store/s3_call.h"

#include <ctype.h>
#include <openssl/evp.h>

#include "miscadmin.h"
#include "pgstat.h"
#include "storage/latch.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "auth/secret/protected_file.h"
#include "error/error.h"
#include "text/text_scan.h"
#include "transfer/store/s3_xml.h"

#define TRIES 6
#define FIRST_PAUSE 200     /* ms; each further one is twice as long */
#define CALL_TIMEOUT 120000 /* ms */
#define MAX_CREDENTIAL_FILE 16384
#define MAX_SHOWN 200 /* bytes of an endpoint's own words */

static char *endpoint = "";
static char *region = "us-east-1";
static char *credential_file = "";

static bool
CheckEndpoint(char **value, void **extra, GucSource source)
{
	const char *url = *value;

	if (url[0] == '\0')
		return true;
	if ((pg_strncasecmp(url, "http://", 7) == 0 || pg_strncasecmp(url, "https://", 8) == 0) &&
	    strpbrk(url, "?#@ ") == NULL)
		return true;
	GUC_check_errdetail("\"dynamo.s3_endpoint\" must be the URL of a server: http://host:port or"
	                    " https://host.");
	return false;
}

/* It is a part of the signature's text. */
static bool
CheckRegion(char **value, void **extra, GucSource source)
{
	for (const char *c = *value; *c != '\0'; c++)
		if (!isalnum((unsigned char) *c) && *c != '-')
			return false;
	return **value != '\0';
}

void
S3CallInit(void)
{
	DefineCustomStringVariable("dynamo.s3_endpoint",
	                           "URL of the S3-compatible endpoint of exports and imports.",
	                           "Empty: buckets are directories under dynamo.export_directory.",
	                           &endpoint, "", PGC_SIGHUP, 0, CheckEndpoint, NULL, NULL);
	DefineCustomStringVariable("dynamo.s3_region", "Region of dynamo.s3_endpoint.", NULL, &region,
	                           "us-east-1", PGC_SIGHUP, 0, CheckRegion, NULL, NULL);
	DefineCustomStringVariable(
	    "dynamo.s3_credential_file", "File of the access key for dynamo.s3_endpoint.",
	    "It has the form of AWS's shared credentials file.", &credential_file, "", PGC_SIGHUP,
	    GUC_SUPERUSER_ONLY, NULL, NULL, NULL);
}

bool
S3EndpointIsSet(void)
{
	return endpoint[0] != '\0';
}

/* --- credentials --- */

static const char blanks[] = " \t\r";

/* Takes "name = value"; others, and those of other profiles than the default one, are skipped. */
static void
TakeCredential(Bytes line, EndpointSignature *signature)
{
	Bytes name = TextTrim(TextTakeUntil(&line, '='), blanks);
	Bytes value = TextTrim(line, blanks);

	if (value.length == 0)
		return;
	if (BytesEqual(name, BYTES_LITERAL("aws_access_key_id")))
		signature->access_key = BytesToCString(value);
	else if (BytesEqual(name, BYTES_LITERAL("aws_secret_access_key")))
		signature->secret_key = BytesToCString(value);
	else if (BytesEqual(name, BYTES_LITERAL("aws_session_token")))
		signature->session_token = BytesToCString(value);
}

static void
ReadCredentials(Bytes text, EndpointSignature *signature)
{
	bool is_default = true;

	while (text.length > 0)
	{
		Bytes line = TextTrim(TextTakeUntil(&text, '\n'), blanks);

		if (line.length > 0 && line.data[0] == '[')
			is_default = BytesEqual(line, BYTES_LITERAL("[default]"));
		else if (is_default && line.length > 0 && line.data[0] != '#')
			TakeCredential(line, signature);
	}
}

static void
ReadCredentialFile(EndpointSignature *signature)
{
	char text[MAX_CREDENTIAL_FILE];
	int length = 0;
	char *complaint = ProtectedFileRead(credential_file, text, sizeof(text), &length);

	if (complaint == NULL)
		ReadCredentials((Bytes){ text, length }, signature);
	explicit_bzero(text, sizeof(text));
	if (complaint != NULL)
		ereport(ERROR, (errcode(ExceptionSqlState(EXCEPTION_S3_ACCESS_DENIED)),
		                errmsg("the server has no credentials for its object store"),
		                errdetail_log("%s", complaint)));
}

S3Bucket *
S3BucketOpen(const Store *store)
{
	S3Bucket *bucket = palloc0_object(S3Bucket);
	int length = strlen(endpoint);

	while (length > 0 && endpoint[length - 1] == '/')
		length--;
	bucket->url = psprintf("%.*s/%s", length, endpoint, store->bucket);
	bucket->signature = (EndpointSignature){ .region = region, .service = "s3" };
	ReadCredentialFile(&bucket->signature);
	if (bucket->signature.access_key == NULL || bucket->signature.secret_key == NULL)
		ereport(ERROR, (errcode(ExceptionSqlState(EXCEPTION_S3_ACCESS_DENIED)),
		                errmsg("the server has no credentials for its object store"),
		                errhint("Write aws_access_key_id and aws_secret_access_key to the file"
		                        " that dynamo.s3_credential_file names.")));
	bucket->signature.region = pstrdup(region);
	bucket->calls = EndpointCallsCreate(CurrentMemoryContext);
	return bucket;
}

/* --- requests --- */

char *
S3Encode(const char *text, bool is_path)
{
	static const char digits[] = "0123456789ABCDEF";
	char *encoded = palloc(strlen(text) * 3 + 1);
	char *out = encoded;

	for (const unsigned char *c = (const unsigned char *) text; *c != '\0'; c++)
	{
		bool is_plain = (*c < 0x80 && isalnum(*c)) || strchr("-._~", *c) != NULL;

		if (is_plain || (is_path && *c == '/'))
			*out++ = (char) *c;
		else
		{
			*out++ = '%';
			*out++ = digits[*c >> 4];
			*out++ = digits[*c & 15];
		}
	}
	*out = '\0';
	return encoded;
}

static char *
UrlOf(const S3Bucket *bucket, const S3Request *request)
{
	return psprintf("%s%s%s%s%s", bucket->url, request->key != NULL ? "/" : "",
	                request->key != NULL ? S3Encode(request->key, true) : "",
	                request->query != NULL ? "?" : "",
	                request->query != NULL ? request->query : "");
}

static char *
DigestOf(Bytes body)
{
	uint8 digest[STORE_SHA256_SIZE];
	char *text = palloc0(2 * STORE_SHA256_SIZE + 1);

	if (EVP_Digest(body.length > 0 ? body.data : "", body.length, digest, NULL, EVP_sha256(),
	               NULL) != 1)
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR),
		                errmsg("a digest of a request could not be computed")));
	(void) hex_encode((const char *) digest, STORE_SHA256_SIZE, text);
	return text;
}

static void
AddHeader(EndpointRequest *call, const char *name, const char *value)
{
	if (value != NULL)
		call->headers[call->header_count++] = (EndpointHeader){ name, value };
}

static EndpointRequest
RequestOf(const Store *store, const S3Request *request)
{
	const S3Bucket *bucket = store->state;
	EndpointRequest call = {
		.method = request->method,
		.url = UrlOf(bucket, request),
		.body = request->body,
		.signature = &bucket->signature,
		.wanted = { [S3_HEADER_ETAG] = "ETag", [S3_HEADER_CONTENT_RANGE] = "Content-Range" },
		.timeout = CALL_TIMEOUT,
		.max_answer = request->max_answer
	};

	AddHeader(&call, "x-amz-content-sha256", DigestOf(request->body));
	AddHeader(&call, "x-amz-expected-bucket-owner", store->owner);
	for (int i = 0; i < request->header_count; i++)
		AddHeader(&call, request->headers[i].name, request->headers[i].value);
	return call;
}

/* --- waiting --- */

static EndpointCall *
Await(EndpointCalls *calls)
{
	EndpointCall *call;

	while ((call = EndpointCallsNext(calls)) == NULL)
	{
		EndpointCallsWait(calls, -1, PG_WAIT_EXTENSION);
		CHECK_FOR_INTERRUPTS();
	}
	return call;
}

static void
Pause(int milliseconds)
{
	TimestampTz end = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), milliseconds);
	long left;

	while ((left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), end)) > 0)
	{
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, left,
		                 PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
}

/* Whether the fault may pass. */
static bool
IsTransient(const EndpointResult *result)
{
	return result->outcome == ENDPOINT_FAILED || (result->outcome == ENDPOINT_ANSWERED &&
	                                              (result->status == 429 || result->status >= 500));
}

static bool
IsDone(const EndpointResult *result, const S3Request *request)
{
	return result->outcome == ENDPOINT_ANSWERED &&
	       ((result->status >= 200 && result->status < 300) ||
	        (request->may_be_missing && (result->status == 404 || result->status == 416)));
}

/* --- errors --- */

static const struct
{
	const char *code;
	DynamoException exception;
} codes[] = {
	{ "NoSuchBucket", EXCEPTION_S3_NO_SUCH_BUCKET },
	{ "InvalidBucketName", EXCEPTION_S3_NO_SUCH_BUCKET },
	{ "NoSuchKey", EXCEPTION_S3_NO_SUCH_KEY },
	{ "KeyTooLongError", EXCEPTION_S3_INVALID_NAME },
};

static DynamoException
ExceptionOf(int status, const char *code)
{
	for (int i = 0; i < lengthof(codes); i++)
		if (strcmp(codes[i].code, code) == 0)
			return codes[i].exception;
	return status == 401 || status == 403 ? EXCEPTION_S3_ACCESS_DENIED : EXCEPTION_S3_UNAVAILABLE;
}

/* What an endpoint says, as one short line of valid characters. */
static char *
Shown(Bytes element)
{
	char *text = XmlText(element);
	int length = strlen(text);

	for (char *c = text; *c != '\0'; c++)
		if ((unsigned char) *c < ' ' || *c == 0x7f)
			*c = ' ';
	if (!pg_verify_mbstr(PG_UTF8, text, length, true))
		return pstrdup("");
	if (length > MAX_SHOWN)
		text[pg_encoding_mbcliplen(PG_UTF8, text, length, MAX_SHOWN)] = '\0';
	return text;
}

pg_noreturn static void
RaiseAnswer(const EndpointResult *result)
{
	Bytes error = XmlElement(result->body, "Error");
	char *code = Shown(XmlElement(error, "Code"));
	char *message = Shown(XmlElement(error, "Message"));
	int status = result->status;

	DynamoError(ExceptionOf(status, code), "%s (status %d%s%s)",
	            message[0] != '\0' ? message : "The object store has refused a request", status,
	            code[0] != '\0' ? ", code " : "", code);
}

pg_noreturn static void
RaiseResult(const EndpointResult *result)
{
	if (result->outcome == ENDPOINT_ANSWERED)
		RaiseAnswer(result);
	DynamoError(result->outcome == ENDPOINT_REFUSED ? EXCEPTION_S3_ACCESS_DENIED
	                                                : EXCEPTION_S3_UNAVAILABLE,
	            "The object store could not be reached: %s", result->error);
}

EndpointCall *
S3Call(const Store *store, const S3Request *request)
{
	EndpointCalls *calls = ((const S3Bucket *) store->state)->calls;
	EndpointRequest wanted = RequestOf(store, request);

	for (int try = 1;; try++)
	{
		EndpointCall *call;
		const EndpointResult *result;

		(void) EndpointCallStart(calls, &wanted, NULL);
		call = Await(calls);
		result = EndpointCallResult(call);
		if (IsDone(result, request))
			return call;
		if (try == TRIES || request->once || !IsTransient(result))
			RaiseResult(result);
		EndpointCallEnd(call);
		Pause(FIRST_PAUSE << (try - 1));
	}
}
