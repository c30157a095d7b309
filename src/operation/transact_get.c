/*
 * TransactGetItems: up to 100 items of one instant.
 */
#include "operation/item_operations.h"

#include "item/encoding.h"
#include "operation/item_read.h"
#include "operation/transaction_read.h"

static TransactionItem *
ParseGet(const JsonNode *request)
{
	TransactionGet *get = palloc0(sizeof(TransactionGet));
	ExpressionBindings *bindings = ParametersBindings(request, &projection_rules);

	AttributeMapParse(JsonGet(request, "Key"), &get->item.map);
	get->item.table_name = JsonGetString(request, "TableName");
	get->projection = ParameterProjection(request, bindings);
	ExpressionBindingsCheckUsed(bindings);
	return &get->item;
}

void
RunTransactGetItems(const JsonNode *request, JsonWriter *response)
{
	const JsonNode *elements = JsonGet(request, "TransactItems");
	Transaction *transaction =
	    TransactionCreate(elements->count, CONSUMPTION_READ, request, response);

	for (int i = 0; i < elements->count; i++)
		transaction->items[i] = ParseGet(JsonGet(&elements->elements[i], "Get"));
	TransactionReadAll(transaction, response);
}
