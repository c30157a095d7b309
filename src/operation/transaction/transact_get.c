/*
 * TransactGetItems: up to 100 items of one instant.
 */
#include "operation/item_operations.h"

#include "item/encoding.h"
#include "operation/item/item_read.h"
#include "operation/transaction/transaction_read.h"

static TransactionItem *
ParseGet(const Structure *request)
{
	TransactionGet *get = palloc0(sizeof(TransactionGet));
	ExpressionBindings *bindings = ParametersBindings(request, &projection_rules);

	AttributeMapParse(StructureMap(request, member_Key), &get->item.map);
	get->item.table_name = StructureString(request, member_TableName);
	get->projection = ParameterProjection(request, bindings);
	ExpressionBindingsCheckUsed(bindings);
	return &get->item;
}

void
RunTransactGetItems(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	const JsonNode *elements = StructureList(request, member_TransactItems);
	Transaction *transaction =
	    TransactionCreate(context, elements->count, CONSUMPTION_READ, request);

	for (int i = 0; i < elements->count; i++)
		transaction->items[i] =
		    ParseGet(StructureStructure(NodeStructure(&elements->elements[i]), member_Get));
	TransactionReadAll(transaction, response);
}
