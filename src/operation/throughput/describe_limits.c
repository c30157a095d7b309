/*
 * DescribeLimits.
 */
#include "operation/table_operations.h"

#include "operation/throughput/quota.h"

void
RunDescribeLimits(const OperationContext *context, const Structure *request, JsonWriter *response)
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
