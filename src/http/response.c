/*
 * Writes response headers and sends bodies: content type, request id, checksum,
 * gzip.
 */
#include "http/response.h"

#include <libdeflate.h>

#include "common/pg_prng.h"
#include "utils/builtins.h"

#include "http/gzip.h"
#include "http/origin.h"

/* A smaller body fits few packets, and packing costs more than it saves. */
#define PACK_MINIMUM 4096

#define DIGITS_A_WORD 13 /* of base 32 in 64 bits */
#define REQUEST_ID_LENGTH (4 * DIGITS_A_WORD)
#define MAX_CHECKSUM_LENGTH 10

void
HttpPack(HttpRequest *request)
{
	MemoryContext saved;

	if (request->body.len < PACK_MINIMUM ||
	    (h2o_get_compressible_types(&request->wire->headers) & H2O_COMPRESSIBLE_GZIP) == 0)
		return;
	saved = MemoryContextSwitchTo(http_answer_context);
	request->packed = GzipReplace(&request->body);
	MemoryContextSwitchTo(saved);
}

static const char *
Reason(int status)
{
	static const struct
	{
		int status;
		const char *reason;
	} reasons[] = {
		{ 200, "OK" },
		{ 400, "Bad Request" },
		{ 404, "Not Found" },
		{ 413, "Request Entity Too Large" },
		{ 500, "Internal Server Error" },
		{ 503, "Service Unavailable" },
	};

	for (int i = 0; i < lengthof(reasons); i++)
	{
		if (reasons[i].status == status)
			return reasons[i].reason;
	}
	return "Unknown";
}

/* 52 letters and digits in the manner of the service: 32 random bytes in base 32. */
static char *
RequestId(h2o_mem_pool_t *pool)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
	char *id = h2o_mem_alloc_pool(pool, REQUEST_ID_LENGTH);
	char *end = id + REQUEST_ID_LENGTH;

	for (char *word = id; word < end; word += DIGITS_A_WORD)
	{
		uint64 bits = pg_prng_uint64(&pg_global_prng_state);

		for (int i = 0; i < DIGITS_A_WORD; i++, bits /= 32)
			word[i] = digits[bits % 32];
	}
	return id;
}

/* CRC-32 of the body as it goes over the wire, which is what the SDKs check. */
static void
AddChecksum(HttpRequest *request)
{
	h2o_req_t *wire = request->wire;
	char *text = h2o_mem_alloc_pool(&wire->pool, MAX_CHECKSUM_LENGTH);
	uint32 checksum = libdeflate_crc32(0, request->body.data, request->body.len);

	h2o_add_header_by_str(&wire->pool, &wire->res.headers, H2O_STRLIT("x-amz-crc32"), 0, NULL, text,
	                      pg_ultoa_n(checksum, text));
}

static void
AddHeaders(HttpRequest *request)
{
	h2o_req_t *wire = request->wire;
	h2o_headers_t *headers = &wire->res.headers;

	if (request->content_type != NULL)
		h2o_add_header(&wire->pool, headers, H2O_TOKEN_CONTENT_TYPE, "Content-Type",
		               request->content_type, strlen(request->content_type));
	if (request->packed)
		h2o_add_header(&wire->pool, headers, H2O_TOKEN_CONTENT_ENCODING, "Content-Encoding",
		               H2O_STRLIT("gzip"));
	h2o_add_header_by_str(&wire->pool, headers, H2O_STRLIT("x-amzn-requestid"), 0,
	                      "x-amzn-RequestId", RequestId(&wire->pool), REQUEST_ID_LENGTH);
	AddChecksum(request);
	OriginAddHeaders(request);
}

void
HttpRespond(HttpRequest *request)
{
	static h2o_generator_t generator = { NULL, NULL };
	h2o_req_t *wire = request->wire;
	h2o_iovec_t body = h2o_iovec_init(request->body.data, request->body.len);

	wire->res.status = request->status;
	wire->res.reason = Reason(request->status);
	wire->res.content_length = request->body.len;
	AddHeaders(request);
	h2o_start_response(wire, &generator);
	h2o_send(wire, &body, body.len > 0 && !HttpMethodIs(request, "HEAD") ? 1 : 0,
	         H2O_SEND_STATE_FINAL);
}
