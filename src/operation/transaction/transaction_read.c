/*
 * The instant is that of the operation's snapshot, which sees every transaction
 * as a whole or not at all; nothing makes a reader wait or fail.
 */
#include "operation/transaction/transaction_read.h"

#include "error/error.h"
#include "item/encoding.h"
#include "item/size.h"
#include "operation/item/item_read.h"

#include "miscadmin.h"

static void
CheckGet(TransactionItem *item)
{
	TableCheckKey(item->table, &item->map);
}

static void
ReadItem(TransactionItem *item)
{
	TransactionGet *get = (TransactionGet *) item;
	ItemView view;

	get->stored = ItemRead(item->table, &item->key);
	item->size = get->stored != NULL ? StoredItemSize(get->stored) : 0;
	item->consumed.table_units = ReadUnits(item->size, true);
	view = (ItemView){ .stored = get->stored };
	if (get->stored != NULL && !ConditionEvaluate(get->filter, &view))
		get->stored = NULL;
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
TransactionReadAll(Transaction *transaction, JsonWriter *response)
{
	for (int i = 0; i < transaction->count; i++)
		TransactionCheckItem(transaction->items[i], CheckGet);
	TransactionSort(transaction);
	TransactionAdmit(transaction);
	TransactionCheckReasons(transaction);
	for (int i = 0; i < transaction->count; i++)
	{
		ReadItem(transaction->items[i]);
		TransactionCheckSize(transaction, TEXT_TRANSACTION_READ_SIZE);
		CHECK_FOR_INTERRUPTS();
	}
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
