/*
 * Requests as they arrive, and what the worker's loop asks them for.
 */
#include "http/wire/request.h"

#include "common/pg_prng.h"

dlist_head http_requests = DLIST_STATIC_INIT(http_requests);
MemoryContext http_answer_context = NULL;
int http_open_requests = 0;
int64 http_held_bytes = 0;
int64 http_answer_bytes = 0;

#define DIGITS_A_WORD 13 /* of base 32 in 64 bits */

/*
 * The path of a target, up to its query. *authority is set where the target has the
 * absolute form, which proxies use: no path is the root then.
 */
static Bytes
TargetPath(const char *target, Bytes *authority)
{
	const char *path = target;
	int length;

	*authority = (Bytes){ NULL, 0 };
	if (pg_strncasecmp(target, "http://", 7) == 0)
	{
		*authority = (Bytes){ target + 7, strcspn(target + 7, "/?") };
		path = authority->data + authority->length;
	}
	length = strcspn(path, "?");
	if (length == 0 && authority->data != NULL)
		return BYTES_LITERAL("/");
	return (Bytes){ path, length };
}

/* False where there is no memory. */
static bool
Keep(Bytes *kept, Bytes text)
{
	char *copy;

	if (text.data == NULL)
		return true;
	copy = malloc(text.length + 1);
	if (copy == NULL)
		return false;
	memcpy(copy, text.data, text.length);
	*kept = (Bytes){ copy, text.length };
	return true;
}

/* The target is in the memory of the library, which is about to cut it up. */
bool
HttpRequestBegin(HttpRequest *request, const char *target)
{
	Bytes authority;
	Bytes path = TargetPath(target, &authority);
	const char *mark = strchr(target, '?');
	Bytes query = { NULL, 0 };

	if (mark != NULL)
		query = BytesFromCString(mark + 1);
	request->phase = HTTP_HEAD;
	request->target_length = strlen(target);
	strlcpy(request->path, path.data, path.length <= HTTP_MAX_PATH ? path.length + 1 : 1);
	return Keep(&request->authority, authority) && Keep(&request->query, query);
}

bool
HttpRequestAddField(HttpRequest *request, Bytes name, Bytes value)
{
	if (request->field_count == HTTP_MAX_FIELDS)
		return false;
	while (value.length > 0 &&
	       (value.data[value.length - 1] == ' ' || value.data[value.length - 1] == '\t'))
		value.length--;
	request->fields[request->field_count++] = (HttpField){ name, value };
	return true;
}

void
HttpRequestQueue(HttpRequest *request)
{
	request->phase = HTTP_WHOLE;
	request->linked = true;
	dlist_push_tail(&http_requests, &request->link);
	http_open_requests++;
}

void
HttpBodyFree(HttpRequest *request)
{
	if (request->body.data == NULL)
		return;
	if (request->secret)
		explicit_bzero(request->body.data, request->body.maxlen);
	pfree(request->body.data);
	request->body = (StringInfoData){ NULL };
	request->secret = false;
}

void
HttpRequestEmpty(HttpRequest *request)
{
	if (request->phase >= HTTP_WHOLE)
		http_open_requests--;
	http_held_bytes -= request->held_bytes;
	http_answer_bytes -= request->answer_bytes;
	if (request->linked)
		dlist_delete(&request->link);
	HttpBodyFree(request);
	free((char *) request->authority.data);
	free((char *) request->query.data);

	/* The fields, which are most of it, are counted. */
	request->linked = false;
	request->phase = HTTP_NONE;
	request->authority = (Bytes){ NULL, 0 };
	request->query = (Bytes){ NULL, 0 };
	request->proof = (RequestProof){ 0 };
	request->field_count = 0;
	request->operation = NULL;
	request->sts_action = NULL;
	request->status = 0;
	request->exception = NULL;
	request->content_type = NULL;
	request->entity_tag = NULL;
	request->answer_field_count = 0;
	request->coding = CODING_IDENTITY;
	request->depends = false;
	request->writes = false;
	request->id[0] = '\0';
	request->durable_at = InvalidXLogRecPtr;
	request->held_bytes = 0;
	request->answer_bytes = 0;
}

bool
HttpMethodIs(const HttpRequest *request, const char *method)
{
	return strcmp(request->method, method) == 0;
}

static const HttpField *
NextField(const HttpRequest *request, const HttpField *at, const char *name)
{
	const HttpField *end = request->fields + request->field_count;
	int length = strlen(name);

	for (; at < end; at++)
	{
		if (at->name.length == length && pg_strncasecmp(at->name.data, name, length) == 0)
			return at;
	}
	return NULL;
}

Bytes
HttpHeader(const HttpRequest *request, const char *name)
{
	const HttpField *field = NextField(request, request->fields, name);

	return field != NULL ? field->value : (Bytes){ NULL, 0 };
}

int
HttpHeaderCount(const HttpRequest *request, const char *name)
{
	const HttpField *field = request->fields;
	int count = 0;

	while ((field = NextField(request, field, name)) != NULL)
	{
		count++;
		field++;
	}
	return count;
}

Bytes
HttpHost(const HttpRequest *request)
{
	Bytes host = request->authority.data != NULL ? request->authority : HttpHeader(request, "host");

	for (int i = 0; i < host.length; i++)
	{
		if (host.data[i] <= ' ' || host.data[i] > '~')
			return (Bytes){ NULL, 0 };
	}
	return host.length > 0 ? host : (Bytes){ NULL, 0 };
}

Bytes
HttpEntity(const HttpRequest *request)
{
	return (Bytes){ request->entity != NULL ? request->entity : "", request->entity_length };
}

/* 52 letters and digits in the manner of the service: 32 random bytes in base 32. */
void
HttpMakeRequestId(char id[HTTP_REQUEST_ID_LENGTH + 1])
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
	char *end = id + HTTP_REQUEST_ID_LENGTH;

	for (char *word = id; word < end; word += DIGITS_A_WORD)
	{
		uint64 bits = pg_prng_uint64(&pg_global_prng_state);

		for (int i = 0; i < DIGITS_A_WORD; i++, bits /= 32)
			word[i] = digits[bits % 32];
	}
	*end = '\0';
}

const char *
HttpRequestId(HttpRequest *request)
{
	if (request->id[0] == '\0')
		HttpMakeRequestId(request->id);
	return request->id;
}
