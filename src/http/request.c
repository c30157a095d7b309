/*
 * Takes requests from libh2o into the worker's queue.
 */
#include "http/request.h"

/* A connection whose request was larger is closed, so that its buffer is given back. */
#define LARGE_BODY (1024 * 1024)

dlist_head http_requests = DLIST_STATIC_INIT(http_requests);
MemoryContext http_answer_context = NULL;
int http_open_requests = 0;
int64 http_held_bytes = 0;

/* libh2o is done with the request: answered, or its connection is gone. */
static void
Dispose(void *pointer)
{
	HttpRequest *request = pointer;

	http_open_requests--;
	http_held_bytes -= request->held_bytes;
	if (request->linked)
		dlist_delete(&request->link);
	if (request->body.data != NULL)
		pfree(request->body.data);
}

int
HttpRequestReceive(h2o_handler_t *handler, h2o_req_t *wire)
{
	HttpRequest *request = h2o_mem_alloc_shared(&wire->pool, sizeof(HttpRequest), Dispose);

	memset(request, 0, sizeof(HttpRequest));
	request->wire = wire;
	request->linked = true;
	http_open_requests++;
	dlist_push_tail(&http_requests, &request->link);
	if (wire->entity.len > LARGE_BODY)
		wire->http1_is_persistent = 0;
	return 0;
}

bool
HttpMethodIs(const HttpRequest *request, const char *method)
{
	return h2o_memis(request->wire->method.base, request->wire->method.len, method, strlen(method));
}

Bytes
HttpHeader(const HttpRequest *request, const char *name)
{
	const h2o_headers_t *headers = &request->wire->headers;
	size_t length = strlen(name);
	const h2o_token_t *token = h2o_lookup_token(name, length);
	ssize_t at = token != NULL ? h2o_find_header(headers, token, -1)
	                           : h2o_find_header_by_str(headers, name, length, -1);

	if (at == -1)
		return (Bytes){ NULL, 0 };
	return (Bytes){ headers->entries[at].value.base, headers->entries[at].value.len };
}
