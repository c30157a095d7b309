/*
 * What SQL is told of the HTTP API: dynamo.http_endpoint(), dynamo.http_connections()
 * and dynamo.http_refused_connections().
 */
#include "http/process/endpoint.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "http/process/settings.h"
#include "http/process/shared.h"
#include "http/tls/tls_settings.h"

PG_FUNCTION_INFO_V1(dynamo_http_endpoint);
PG_FUNCTION_INFO_V1(dynamo_http_connections);
PG_FUNCTION_INFO_V1(dynamo_http_refused_connections);

char *
HttpListenAddress(void)
{
	const char *host = HttpListenEntry(NULL);

	if (strcmp(host, HTTP_ALL_ADDRESSES) == 0)
		host = "localhost";
	if (http_port == 0)
		return pstrdup(host);
	return psprintf(strchr(host, ':') ? "[%s]:%d" : "%s:%d", host, http_port);
}

Datum
dynamo_http_endpoint(PG_FUNCTION_ARGS)
{
	if (!http_preloaded)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("the HTTP API needs dynamo to be loaded when the server starts"),
		                errhint("Add dynamo to shared_preload_libraries and restart the server.")));
	if (http_port == 0)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(
	    cstring_to_text(psprintf(TlsIsWanted() ? "https://%s" : "http://%s", HttpListenAddress())));
}

Datum
dynamo_http_connections(PG_FUNCTION_ARGS)
{
	int64 connections = 0;

	if (http_shared == NULL)
		PG_RETURN_NULL();
	for (int i = 0; i < http_shared->slots_used; i++)
		connections += pg_atomic_read_u32(&http_shared->slots[i].connections);
	PG_RETURN_INT64(connections);
}

Datum
dynamo_http_refused_connections(PG_FUNCTION_ARGS)
{
	if (http_shared == NULL)
		PG_RETURN_NULL();
	PG_RETURN_INT64(pg_atomic_read_u64(&http_shared->refused));
}
