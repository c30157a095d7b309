/*
 * The store that is an S3-compatible endpoint.
 *
 * An object of up to PART_SIZE bytes is put by one request, a larger one by parts, which the
 * endpoint joins at the end. One that is broken off by an error or a crash leaves its parts with
 * the endpoint, until a rule of the bucket's takes them away (AbortIncompleteMultipartUpload).
 * Objects are read and listed by pieces, one request each.
 */
#include "transfer/store/s3_call.h"

#include "lib/stringinfo.h"
#include "utils/memutils.h"

#include "error/error.h"
#include "transfer/store/s3_xml.h"

#define PART_SIZE (16 * 1024 * 1024) /* at least 5 MiB, at most 5 GiB (S3 user guide) */
#define MAX_PARTS 10000
#define PIECE_SIZE (8 * 1024 * 1024)
#define MAX_ANSWER (64 * 1024)
#define MAX_LIST_ANSWER (8 * 1024 * 1024)
#define MAX_UPLOAD_ID 1024

void
S3StoreInit(void)
{
	S3CallInit();
}

bool
S3StoreIsConfigured(void)
{
	return S3EndpointIsSet();
}

static void *
Open(Store *store)
{
	return S3BucketOpen(store);
}

/* libcurl takes "." and ".." out of paths. */
static void
CheckKey(const char *key)
{
	const char *part = key;

	while (part != NULL)
	{
		size_t length = strcspn(part, "/");

		if ((length == 1 && part[0] == '.') || (length == 2 && strncmp(part, "..", 2) == 0))
			DynamoError(EXCEPTION_S3_INVALID_NAME,
			            "An object cannot have \".\" or \"..\" as a part of its name: \"%s\"", key);
		part = part[length] == '/' ? part + length + 1 : NULL;
	}
}

static void
AddHeader(S3Request *request, const char *name, const char *value)
{
	request->headers[request->header_count++] = (EndpointHeader){ name, value };
}

/* --- writing --- */

typedef struct S3Put
{
	Store *store;
	char *key;
	char *type;
	StringInfoData part;
	char *upload; /* NULL: the object has had one part so far */
	int parts;
	StringInfoData list; /* of parts, as XML */
} S3Put;

static void *
PutBegin(Store *store, const char *key, const char *type)
{
	S3Put *put = palloc0_object(S3Put);

	CheckKey(key);
	put->store = store;
	put->key = pstrdup(key);
	put->type = pstrdup(type);
	initStringInfo(&put->part);
	initStringInfo(&put->list);
	return put;
}

static void
AddObjectHeaders(const S3Put *put, S3Request *request)
{
	const StoreEncryption *encryption = &put->store->encryption;
	bool by_kms = encryption->algorithm != NULL && strcmp(encryption->algorithm, "KMS") == 0;

	AddHeader(request, "Content-Type", put->type);
	AddHeader(request, "x-amz-server-side-encryption", by_kms ? "aws:kms" : encryption->algorithm);
	AddHeader(request, "x-amz-server-side-encryption-aws-kms-key-id", encryption->kms_key);
}

static void
BeginParts(S3Put *put)
{
	S3Request request = {
		.method = "POST", .key = put->key, .query = "uploads=", .max_answer = MAX_ANSWER
	};
	EndpointCall *call;
	Bytes id;

	AddObjectHeaders(put, &request);
	call = S3Call(put->store, &request);
	id = XmlElement(EndpointCallResult(call)->body, "UploadId");
	if (id.length < 1 || id.length > MAX_UPLOAD_ID)
		DynamoError(EXCEPTION_S3_UNAVAILABLE, "The object store did not begin an upload");
	put->upload = S3Encode(XmlText(id), false);
	EndpointCallEnd(call);
}

/* The ETag of an answer without its quotation marks; "" where it has none that fits. */
static void
TakeETag(EndpointCall *call, char *etag, size_t room)
{
	const char *value = EndpointCallResult(call)->wanted[S3_HEADER_ETAG];
	size_t length;

	etag[0] = '\0';
	if (value == NULL)
		return;
	value += value[0] == '"';
	length = strcspn(value, "\"");
	if (length < room && strspn(value, "0123456789abcdefABCDEF-") == length)
		strlcpy(etag, value, length + 1);
}

static void
SendPart(S3Put *put)
{
	char *query;
	S3Request request = { .method = "PUT", .key = put->key, .max_answer = MAX_ANSWER };
	EndpointCall *call;
	char etag[65];

	if (put->upload == NULL)
		BeginParts(put);
	if (++put->parts > MAX_PARTS)
		DynamoError(EXCEPTION_S3_UNAVAILABLE, "An object cannot have more than %lld bytes",
		            (long long) PART_SIZE * MAX_PARTS);
	query = psprintf("partNumber=%d&uploadId=%s", put->parts, put->upload);
	request.query = query;
	request.body = (Bytes){ put->part.data, put->part.len };
	AddHeader(&request, "Content-Type", "application/octet-stream");
	call = S3Call(put->store, &request);
	TakeETag(call, etag, sizeof(etag));
	EndpointCallEnd(call);
	appendStringInfo(&put->list,
	                 "<Part><PartNumber>%d</PartNumber><ETag>&quot;%s&quot;</ETag></Part>",
	                 put->parts, etag);
	resetStringInfo(&put->part);
}

static void
PutAppend(void *state, const char *data, size_t length)
{
	S3Put *put = state;

	while (length > 0)
	{
		size_t taken = Min(length, PART_SIZE - put->part.len);

		if (put->part.len == PART_SIZE)
		{
			SendPart(put);
			continue;
		}
		appendBinaryStringInfo(&put->part, data, taken);
		data += taken;
		length -= taken;
	}
}

static void
PutWhole(S3Put *put, StoreWritten *written)
{
	S3Request request = { .method = "PUT",
		                  .key = put->key,
		                  .body = { put->part.data, put->part.len },
		                  .max_answer = MAX_ANSWER };
	EndpointCall *call;

	AddObjectHeaders(put, &request);
	call = S3Call(put->store, &request);
	TakeETag(call, written->etag, sizeof(written->etag));
	EndpointCallEnd(call);
}

/* The answer may have begun before the endpoint knew that it would fail: then it has an error. */
static void
EndParts(S3Put *put, StoreWritten *written)
{
	char *body = psprintf("<CompleteMultipartUpload>%s</CompleteMultipartUpload>", put->list.data);
	char *query = psprintf("uploadId=%s", put->upload);
	S3Request request = { .method = "POST",
		                  .key = put->key,
		                  .query = query,
		                  .body = BytesFromCString(body),
		                  .max_answer = MAX_ANSWER };
	EndpointCall *call;
	char *etag;

	AddHeader(&request, "Content-Type", "application/xml");
	call = S3Call(put->store, &request);
	if (XmlElement(EndpointCallResult(call)->body, "Error").data != NULL)
		DynamoError(EXCEPTION_S3_UNAVAILABLE, "The object store could not join an upload's parts");
	etag = XmlText(XmlElement(EndpointCallResult(call)->body, "ETag"));
	strlcpy(written->etag, etag + (etag[0] == '"'), sizeof(written->etag));
	written->etag[strspn(written->etag, "0123456789abcdefABCDEF-")] = '\0';
	EndpointCallEnd(call);
}

static void
PutFinish(void *state, StoreWritten *written)
{
	S3Put *put = state;

	if (put->upload == NULL)
	{
		PutWhole(put, written);
		return;
	}
	if (put->part.len > 0)
		SendPart(put);
	EndParts(put, written);
}

/* Of an object that is under way: without one request there is nothing to take back. */
static void
PutAbort(void *state)
{
	S3Put *put = state;
	MemoryContext caller = CurrentMemoryContext;

	if (put->upload == NULL)
		return;
	PG_TRY();
	{
		char *query = psprintf("uploadId=%s", put->upload);
		S3Request request = { .method = "DELETE",
			                  .key = put->key,
			                  .query = query,
			                  .max_answer = MAX_ANSWER,
			                  .may_be_missing = true,
			                  .once = true };

		EndpointCallEnd(S3Call(put->store, &request));
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		FlushErrorState();
	}
	PG_END_TRY();
}

/* --- reading --- */

typedef struct S3Get
{
	Store *store;
	char *key;
	int64 position; /* of the next piece */
	int64 size;
	char etag[65];
	EndpointCall *piece; /* NULL: none */
	size_t taken;        /* of the piece */
} S3Get;

/* "bytes 0-9/100": what follows the "/". */
static int64
SizeOf(EndpointCall *call)
{
	const char *range = EndpointCallResult(call)->wanted[S3_HEADER_CONTENT_RANGE];
	const char *size = range != NULL ? strchr(range, '/') : NULL;

	return size != NULL ? strtoll(size + 1, NULL, 10) : EndpointCallResult(call)->body.length;
}

/*
 * That the piece is the one that was asked for: an endpoint or a proxy that passes over Range
 * answers with the object from its beginning.
 */
static void
CheckRange(const S3Get *get)
{
	const EndpointResult *result = EndpointCallResult(get->piece);
	const char *range = result->wanted[S3_HEADER_CONTENT_RANGE];
	long long first = -1;
	long long last = -1;

	if (result->status == 416 || (result->status == 200 && get->position == 0))
		return;
	if (result->status == 206 && range != NULL &&
	    sscanf(range, "bytes %lld-%lld/", &first, &last) == 2 && first == get->position &&
	    last == first + result->body.length - 1)
		return;
	DynamoError(EXCEPTION_S3_UNAVAILABLE,
	            "The object store did not give the bytes of \"%s\" from %lld on", get->key,
	            (long long) get->position);
}

/* An object that has changed since the first piece raises an error: its ETag does not match. */
static void
ReadPiece(S3Get *get)
{
	S3Request request = {
		.method = "GET", .key = get->key, .max_answer = PIECE_SIZE, .may_be_missing = true
	};
	const EndpointResult *result;

	AddHeader(&request, "Range",
	          psprintf("bytes=%lld-%lld", (long long) get->position,
	                   (long long) get->position + PIECE_SIZE - 1));
	AddHeader(&request, "If-Match", get->etag[0] != '\0' ? psprintf("\"%s\"", get->etag) : NULL);
	get->piece = S3Call(get->store, &request);
	get->taken = 0;
	result = EndpointCallResult(get->piece);
	if (result->status == 404)
	{
		Bytes code = XmlElement(result->body, "Code");

		if (BytesEqual(code, BYTES_LITERAL("NoSuchBucket")))
			DynamoError(EXCEPTION_S3_NO_SUCH_BUCKET, "The specified bucket does not exist");
		DynamoError(EXCEPTION_S3_NO_SUCH_KEY, "The specified key does not exist: %s", get->key);
	}
	CheckRange(get);
	TakeETag(get->piece, get->etag, sizeof(get->etag));
}

/* Where the position is behind the object's end there is nothing in the piece. */
static void
BeginPieces(S3Get *get)
{
	ReadPiece(get);
	if (EndpointCallResult(get->piece)->status == 416)
	{
		get->size = EndpointCallResult(get->piece)->wanted[S3_HEADER_CONTENT_RANGE] != NULL
		                ? SizeOf(get->piece)
		                : get->position;
		get->taken = EndpointCallResult(get->piece)->body.length;
		get->position = get->size;
		return;
	}
	get->size = SizeOf(get->piece);
	get->position += EndpointCallResult(get->piece)->body.length;
}

static void *
GetBegin(Store *store, const char *key, int64 offset, int64 *size)
{
	S3Get *get = palloc0_object(S3Get);

	CheckKey(key);
	get->store = store;
	get->key = pstrdup(key);
	get->position = offset;
	BeginPieces(get);
	*size = get->size;
	return get;
}

static size_t
GetRead(void *state, char *buffer, size_t room)
{
	S3Get *get = state;
	Bytes body = EndpointCallResult(get->piece)->body;
	size_t length;

	if (get->taken == body.length && get->position < get->size)
	{
		EndpointCallEnd(get->piece);
		ReadPiece(get);
		body = EndpointCallResult(get->piece)->body;
		if (EndpointCallResult(get->piece)->status == 416 || body.length == 0)
			DynamoError(EXCEPTION_S3_UNAVAILABLE, "The object \"%s\" has changed", get->key);
		get->position += body.length;
	}
	length = Min(room, body.length - get->taken);
	if (length > 0)
		memcpy(buffer, body.data + get->taken, length);
	get->taken += length;
	return length;
}

/* --- listing and deleting --- */

/* Those that are of the page that was asked for, so that each page goes on behind the last. */
static List *
TakeObjects(Bytes xml, const char *prefix, const char *after)
{
	List *objects = NIL;
	bool is_encoded = BytesEqual(XmlElement(xml, "EncodingType"), BYTES_LITERAL("url"));
	Bytes element;

	while ((element = XmlNextElement(&xml, "Contents")).data != NULL)
	{
		StoreObject *object = palloc_object(StoreObject);
		char *key = XmlText(XmlElement(element, "Key"));

		object->key = is_encoded ? UrlDecoded(key) : key;
		object->size = strtoll(XmlText(XmlElement(element, "Size")), NULL, 10);
		if (StoreKeyIsText(object->key) && strncmp(object->key, prefix, strlen(prefix)) == 0 &&
		    (after == NULL || strcmp(object->key, after) > 0))
			objects = lappend(objects, object);
	}
	return objects;
}

static List *
ListPage(Store *store, const char *prefix, const char *after)
{
	char *query = psprintf("encoding-type=url&list-type=2&max-keys=%d&prefix=%s%s%s", STORE_PAGE,
	                       S3Encode(prefix, false), after != NULL ? "&start-after=" : "",
	                       after != NULL ? S3Encode(after, false) : "");
	S3Request request = { .method = "GET", .query = query, .max_answer = MAX_LIST_ANSWER };
	EndpointCall *call = S3Call(store, &request);
	List *objects = TakeObjects(EndpointCallResult(call)->body, prefix, after);

	EndpointCallEnd(call);
	return objects;
}

static void
Remove(Store *store, const char *key)
{
	S3Request request = {
		.method = "DELETE", .key = key, .max_answer = MAX_ANSWER, .may_be_missing = true
	};

	CheckKey(key);
	EndpointCallEnd(S3Call(store, &request));
}

const StoreBackend s3_backend = {
	.open = Open,
	.put_begin = PutBegin,
	.put_append = PutAppend,
	.put_finish = PutFinish,
	.put_abort = PutAbort,
	.get_begin = GetBegin,
	.get_read = GetRead,
	.list = ListPage,
	.remove = Remove,
};
