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

static void
OpenGet(Transaction *transaction, TransactionGet *get)
{
	AccessRequest wanted = { .action = "GetItem",
		                     .required = ACL_SELECT,
		                     .shows = get->projection != NULL ? SHOWS_NAMED : SHOWS_WHOLE_ITEMS,
		                     .selects = true,
		                     .expressions = { get->projection } };

	TransactionOpenItem(transaction, &get->item, wanted);
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
	for (int i = 0; i < transaction->count; i++)
		OpenGet(transaction, (TransactionGet *) transaction->items[i]);
	TransactionReadAll(transaction, response);
}
