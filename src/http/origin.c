/*
 * Cross-origin requests. The service allows every origin, because every request
 * to it is signed. Requests here are not authenticated, and a browser on this
 * machine may show pages of strangers: only pages that this machine itself
 * serves may use the API, and no other page, whether by CORS or by a name that
 * was made to resolve to this machine.
 */
#include "http/origin.h"

static const char *const trusted_hosts[] = { "localhost", "127.0.0.1", "[::1]" };

/* The host of scheme://host[:port]. */
static Bytes
OriginHost(Bytes origin)
{
	size_t start = h2o_strstr(origin.data, origin.length, H2O_STRLIT("://"));
	Bytes host;
	int end;

	if (start == SIZE_MAX)
		return (Bytes){ NULL, 0 };
	host = (Bytes){ origin.data + start + 3, origin.length - start - 3 };
	end = host.length;
	while (end > 0 && isdigit((unsigned char) host.data[end - 1]))
		end--;
	if (end > 0 && host.data[end - 1] == ':')
		host.length = end - 1;
	return host;
}

bool
OriginIsTrusted(const HttpRequest *request)
{
	Bytes origin = HttpHeader(request, "origin");
	Bytes host;

	if (origin.data == NULL)
		return true;
	host = OriginHost(origin);
	for (int i = 0; i < lengthof(trusted_hosts); i++)
	{
		if (BytesEqual(host, BytesFromCString(trusted_hosts[i])))
			return true;
	}
	return false;
}

static void
AddHeader(h2o_req_t *wire, const char *name, const char *shown, Bytes value)
{
	h2o_add_header_by_str(&wire->pool, &wire->res.headers, name, strlen(name), 0, shown, value.data,
	                      value.length);
}

static void
AddPreflightHeaders(HttpRequest *request)
{
	Bytes wanted = HttpHeader(request, "access-control-request-headers");

	AddHeader(request->wire, "access-control-allow-methods", "Access-Control-Allow-Methods",
	          BYTES_LITERAL("POST, GET, OPTIONS"));
	AddHeader(request->wire, "access-control-max-age", "Access-Control-Max-Age",
	          BYTES_LITERAL("172800"));
	if (wanted.data != NULL)
		AddHeader(request->wire, "access-control-allow-headers", "Access-Control-Allow-Headers",
		          wanted);
}

void
OriginAddHeaders(HttpRequest *request)
{
	Bytes origin = HttpHeader(request, "origin");

	if (origin.data == NULL || !OriginIsTrusted(request))
		return;
	AddHeader(request->wire, "access-control-allow-origin", "Access-Control-Allow-Origin", origin);
	AddHeader(request->wire, "vary", "Vary", BYTES_LITERAL("Origin"));
	AddHeader(request->wire, "access-control-expose-headers", "Access-Control-Expose-Headers",
	          BYTES_LITERAL("x-amzn-RequestId, x-amz-crc32"));
	if (HttpMethodIs(request, "OPTIONS"))
		AddPreflightHeaders(request);
}
