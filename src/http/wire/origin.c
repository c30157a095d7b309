/*
 * Cross-origin requests. The service allows every origin, because every request
 * to it is signed. Here a setting lets requests through that are not, and a browser
 * on this machine may show pages of strangers: only pages that this machine itself
 * serves may use the API, and no other page, whether by CORS or by a name that
 * was made to resolve to this machine.
 */
#include "http/wire/origin.h"

#include <ctype.h>

#include "http/process/settings.h"

static const char *const trusted_hosts[] = { "localhost", "127.0.0.1", "[::1]" };

/* The host of scheme://host[:port]. */
static Bytes
OriginHost(Bytes origin)
{
	const char *start = memmem(origin.data, origin.length, "://", 3);
	Bytes host;
	int end;

	if (start == NULL)
		return (Bytes){ NULL, 0 };
	start += 3;
	host = (Bytes){ start, origin.data + origin.length - start };
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

bool
OriginIsOwn(const HttpRequest *request, bool secure)
{
	Bytes origin = HttpHeader(request, "origin");
	Bytes host = HttpHeader(request, "host");
	Bytes scheme = secure ? BYTES_LITERAL("https://") : BYTES_LITERAL("http://");

	return HttpAuthenticationIsRequired() && host.length > 0 && BytesBeginWith(origin, scheme) &&
	       BytesEqual(host, (Bytes){ origin.data + scheme.length, origin.length - scheme.length });
}

static void
AddField(HttpField *fields, int *count, Bytes name, Bytes value)
{
	Assert(*count < ORIGIN_MAX_FIELDS);
	fields[(*count)++] = (HttpField){ name, value };
}

static void
AddPreflightFields(const HttpRequest *request, HttpField *fields, int *count)
{
	Bytes wanted = HttpHeader(request, "access-control-request-headers");

	AddField(fields, count, BYTES_LITERAL("Access-Control-Allow-Methods"),
	         BYTES_LITERAL("POST, GET, OPTIONS"));
	AddField(fields, count, BYTES_LITERAL("Access-Control-Max-Age"), BYTES_LITERAL("172800"));
	if (wanted.length > 0)
		AddField(fields, count, BYTES_LITERAL("Access-Control-Allow-Headers"), wanted);
}

int
OriginFields(const HttpRequest *request, HttpField *fields)
{
	Bytes origin = HttpHeader(request, "origin");
	int count = 0;

	if (origin.data == NULL || !OriginIsTrusted(request))
		return 0;
	AddField(fields, &count, BYTES_LITERAL("Access-Control-Allow-Origin"), origin);
	AddField(fields, &count, BYTES_LITERAL("Vary"), BYTES_LITERAL("Origin"));
	AddField(fields, &count, BYTES_LITERAL("Access-Control-Expose-Headers"),
	         BYTES_LITERAL("x-amzn-RequestId, x-amz-crc32"));
	if (HttpMethodIs(request, "OPTIONS"))
		AddPreflightFields(request, fields, &count);
	return count;
}
