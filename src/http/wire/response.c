/*
 * Makes response headers and gives bodies to the library: content type, request
 * id, checksum, coding.
 */
#include "http/wire/response.h"

#include <libdeflate.h>

#include "utils/builtins.h"

#include "http/wire/coding.h"
#include "http/wire/library.h"
#include "http/wire/origin.h"
#include "http/wire/pack.h"

/* A smaller body fits few packets, and packing costs more than it saves. */
#define PACK_MINIMUM 4096

#define MAX_CHECKSUM_LENGTH 10

void
HttpPack(HttpRequest *request)
{
	MemoryContext saved;
	Coding coding;

	if (request->body.len < PACK_MINIMUM)
		return;
	coding = CodingAccepted(HttpHeader(request, "accept-encoding"));
	if (coding == CODING_IDENTITY)
		return;
	saved = MemoryContextSwitchTo(http_answer_context);
	if (PackReplace(coding, &request->body))
		request->coding = coding;
	MemoryContextSwitchTo(saved);
}

static bool
AddHeader(struct MHD_Response *response, const char *name, const char *value)
{
	return MHD_add_response_header(response, name, value) == MHD_YES;
}

/* CRC-32 of the body as it goes over the wire, which is what the SDKs check. */
static bool
AddChecksum(struct MHD_Response *response, const HttpRequest *request)
{
	char text[MAX_CHECKSUM_LENGTH + 1];

	text[pg_ultoa_n(libdeflate_crc32(0, request->body.data, request->body.len), text)] = '\0';
	return AddHeader(response, "x-amz-crc32", text);
}

/* The library takes no tab in a value. A page whose browser sent one is not told of its rights. */
static void
AddOrigin(struct MHD_Response *response, const HttpRequest *request)
{
	HttpField fields[ORIGIN_MAX_FIELDS];
	int count = OriginFields(request, fields);

	for (int i = 0; i < count; i++)
		AddHeader(response, fields[i].name.data, fields[i].value.data);
}

/* What the route of the answer says. */
static bool
AddFields(struct MHD_Response *response, const HttpRequest *request)
{
	bool added = request->entity_tag == NULL || AddHeader(response, "ETag", request->entity_tag);

	for (int i = 0; added && i < request->answer_field_count; i++)
		added = AddHeader(response, request->answer_fields[i].name.data,
		                  request->answer_fields[i].value.data);
	return added;
}

static bool
AddHeaders(struct MHD_Response *response, HttpRequest *request, bool last)
{
	AddOrigin(response, request);
	return AddHeader(response, "Server", "Server") &&
	       (request->content_type == NULL ||
	        AddHeader(response, "Content-Type", request->content_type)) &&
	       (request->coding == CODING_IDENTITY ||
	        AddHeader(response, "Content-Encoding", CodingName(request->coding))) &&
	       AddHeader(response, "x-amzn-RequestId", HttpRequestId(request)) &&
	       AddFields(response, request) && AddChecksum(response, request) &&
	       (!last || AddHeader(response, "Connection", "close"));
}

bool
HttpRespond(HttpRequest *request, struct MHD_Connection *wire, bool last)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
	    request->body.len, request->body.data, MHD_RESPMEM_PERSISTENT);
	bool queued;

	if (response == NULL)
		return false;
	MHD_set_response_options(response, MHD_RF_SEND_KEEP_ALIVE_HEADER, MHD_RO_END);
	queued = AddHeaders(response, request, last) &&
	         MHD_queue_response(wire, request->status, response) == MHD_YES;
	MHD_destroy_response(response);
	return queued;
}
