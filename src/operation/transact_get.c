/*
 * TransactGetItems: up to 100 items of one instant, which the operation's
 * snapshot gives: it sees every transaction as a whole or not at all, and
 * nothing makes it wait or fail.
 */
#include "operation/item_operations.h"

#include "item/encoding.h"
#include "item/size.h"
#include "operation/item_read.h"
#include "operation/transaction.h"

#include "miscadmin.h"

typedef struct TransactionGet
{
	TransactionItem item;
	BoundExpression *projection; /* NULL: none */
	Jsonb *stored;               /* NULL: there is no item */
} TransactionGet;

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

static void
CheckGet(TransactionItem *item)
{
	TableCheckKey(item->table, &item->map);
}

static Transaction *
ParseRequest(const JsonNode *request, const JsonWriter *response)
{
	const JsonNode *elements = JsonGet(request, "TransactItems");
	Transaction *transaction =
	    TransactionCreate(elements->count, CONSUMPTION_READ, request, response);

	for (int i = 0; i < elements->count; i++)
		transaction->items[i] = ParseGet(JsonGet(&elements->elements[i], "Get"));
	for (int i = 0; i < transaction->count; i++)
		TransactionOpenItem(transaction, transaction->items[i], ACL_SELECT, CheckGet);
	TransactionSort(transaction);
	TransactionAdmit(transaction);
	TransactionCheckReasons(transaction);
	return transaction;
}

static void
ReadItem(TransactionItem *item)
{
	TransactionGet *get = (TransactionGet *) item;

	get->stored = ItemRead(item->table, &item->key);
	item->size = get->stored != NULL ? StoredItemSize(get->stored) : 0;
	item->consumed.table_units = ReadUnits(item->size, true);
}

static void
WriteItem(JsonWriter *response, const TransactionItem *item)
{
	const TransactionGet *get = (const TransactionGet *) item;
	ItemView view = { .stored = get->stored };

	JsonBeginObject(response);
	if (get->stored != NULL)
	{
		JsonName(response, "Item");
		ProjectedItemWrite(response, &view, get->projection);
	}
	JsonEndObject(response);
}

void
RunTransactGetItems(const JsonNode *request, JsonWriter *response)
{
	Transaction *transaction = ParseRequest(request, response);

	for (int i = 0; i < transaction->count; i++)
	{
		ReadItem(transaction->items[i]);
		CHECK_FOR_INTERRUPTS();
	}
	TransactionCheckSize(transaction);
	TransactionSettle(transaction);
	JsonBeginObject(response);
	TransactionCapacityMember(response, transaction, "ReadCapacityUnits");
	JsonName(response, "Responses");
	JsonBeginArray(response);
	for (int i = 0; i < transaction->count; i++)
		WriteItem(response, transaction->items[i]);
	JsonEndArray(response);
	JsonEndObject(response);
}
