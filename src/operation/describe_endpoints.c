/*
 * DescribeEndpoints.
 */
#include "operation/describe_endpoints.h"

#include "operation/table_operations.h"

/* How long the service lets clients keep an endpoint. */
#define ENDPOINT_CACHE_MINUTES 1440

char *(*listen_address_hook)(void) = NULL;

/* A caller from SQL has reached none. */
static Bytes
EndpointAddress(const OperationContext *context)
{
	if (context->host.data != NULL)
		return context->host;
	return BytesFromCString(listen_address_hook != NULL ? listen_address_hook() : "localhost");
}

void
RunDescribeEndpoints(const OperationContext *context, const Structure *request,
                     JsonWriter *response)
{
	JsonBeginObject(response);
	JsonName(response, "Endpoints");
	JsonBeginArray(response);
	JsonBeginObject(response);
	JsonName(response, "Address");
	JsonString(response, EndpointAddress(context));
	JsonName(response, "CachePeriodInMinutes");
	JsonInteger(response, ENDPOINT_CACHE_MINUTES);
	JsonEndObject(response);
	JsonEndArray(response);
	JsonEndObject(response);
}
