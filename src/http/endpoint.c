/*
 * dynamo.http_endpoint(): where SQL users find the HTTP API.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "http/settings.h"

PG_FUNCTION_INFO_V1(dynamo_http_endpoint);

Datum
dynamo_http_endpoint(PG_FUNCTION_ARGS)
{
	const char *host;

	if (!http_preloaded)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("the HTTP API needs dynamo to be loaded when the server starts"),
		                errhint("Add dynamo to shared_preload_libraries and restart the server.")));
	if (http_port == 0)
		PG_RETURN_NULL();
	host = linitial(HttpAddressList(http_listen_addresses));
	PG_RETURN_TEXT_P(cstring_to_text(
	    psprintf(strchr(host, ':') ? "http://[%s]:%d" : "http://%s:%d", host, http_port)));
}
