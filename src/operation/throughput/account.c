/*
 * DescribeLimits and DescribeEndpoints.
 */
#include "operation/table_operations.h"

#include "operation/endpoint.h"
#include "operation/throughput/quota.h"

#include "utils/guc.h"

/* How long the service lets clients keep an endpoint. */
#define ENDPOINT_CACHE_MINUTES 1440

static Bytes caller_host;

void
EndpointSetHost(Bytes host)
{
	caller_host = host;
}

void
RunDescribeLimits(const Structure *request, JsonWriter *response)
{
	JsonBeginObject(response);
	JsonName(response, "AccountMaxReadCapacityUnits");
	JsonInteger(response, account_max_capacity_units);
	JsonName(response, "AccountMaxWriteCapacityUnits");
	JsonInteger(response, account_max_capacity_units);
	JsonName(response, "TableMaxReadCapacityUnits");
	JsonInteger(response, table_max_capacity_units);
	JsonName(response, "TableMaxWriteCapacityUnits");
	JsonInteger(response, table_max_capacity_units);
	JsonEndObject(response);
}

/* The first of the addresses that the HTTP API listens on, with its port. */
static char *
ListenAddress(void)
{
	const char *addresses = GetConfigOption("dynamo.http_listen_addresses", true, false);
	const char *port = GetConfigOption("dynamo.http_port", true, false);
	int length;

	if (addresses == NULL || addresses[0] == '\0')
		addresses = "localhost";
	length = strcspn(addresses, ", ");
	if (port == NULL || strcmp(port, "0") == 0)
		return pnstrdup(addresses, length);
	return psprintf("%.*s:%s", length, addresses, port);
}

void
RunDescribeEndpoints(const Structure *request, JsonWriter *response)
{
	JsonBeginObject(response);
	JsonName(response, "Endpoints");
	JsonBeginArray(response);
	JsonBeginObject(response);
	JsonName(response, "Address");
	if (caller_host.data != NULL)
		JsonString(response, caller_host);
	else
		JsonCString(response, ListenAddress());
	JsonName(response, "CachePeriodInMinutes");
	JsonInteger(response, ENDPOINT_CACHE_MINUTES);
	JsonEndObject(response);
	JsonEndArray(response);
	JsonEndObject(response);
}
