/*
 * GetItem.
 */
#include "operation/item_operations.h"

#include "item/encoding.h"
#include "item/size.h"
#include "operation/throughput/capacity.h"
#include "operation/item/item_read.h"
#include "operation/request/parameters.h"
#include "operation/throughput/throttle.h"
#include "storage/read/read.h"

static void
WriteItemMember(JsonWriter *response, const Jsonb *item, const BoundExpression *projection)
{
	ItemView view = { .stored = item };

	if (item == NULL)
		return;
	JsonName(response, "Item");
	ProjectedItemWrite(response, &view, projection);
}

static TableAccess
OpenToRead(const OperationContext *context, const Structure *request, BoundExpression *projection)
{
	AccessRequest wanted = { .required = ACL_SELECT,
		                     .shows = projection != NULL ? SHOWS_NAMED : SHOWS_WHOLE_ITEMS,
		                     .selects = true,
		                     .capacity = CapacityDetailOf(request),
		                     .expressions = { projection } };

	return AccessOpen(context, StructureString(request, member_TableName), &wanted);
}

void
RunGetItem(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	Bytes name = StructureString(request, member_TableName);
	ConsumedCapacity capacity;
	ExpressionBindings *bindings;
	BoundExpression *projection;
	AttributeValue key_map;
	TableAccess access;
	ItemKey key;
	Jsonb *item;

	ParametersCheckMixed(request, &projection_rules);
	bindings = ParametersBindings(request, &projection_rules);
	AttributeMapParse(StructureMap(request, member_Key), &key_map);
	projection = ParameterProjection(request, bindings);
	ExpressionBindingsCheckUsed(bindings);

	access = OpenToRead(context, request, projection);
	TableCheckKey(access.table, &key_map);
	key = AccessKey(&access, &key_map);
	capacity =
	    ConsumedCapacityStart(CapacityDetailOf(request), name, access.table, CONSUMPTION_READ);
	capacity.key = &key;
	ThrottleCheck(&capacity, NULL);
	item = ItemRead(access.table, &key);
	if (ConsumedCapacityIsCounted(&capacity))
		capacity.table_units = ReadUnits(item != NULL ? StoredItemSize(item) : 0,
		                                 StructureBoolean(request, member_ConsistentRead, false));
	ThrottleSettle(&capacity, 1);

	JsonBeginObject(response);
	WriteItemMember(response, item, projection);
	ConsumedCapacityMember(response, &capacity);
	JsonEndObject(response);
}
