/*
 * The items of a transaction, and the reasons that cancel it.
 *
 * DynamoDB tells what is wrong with a request from what is wrong with an item
 * when the transaction runs: the first is a ValidationException, the second a
 * reason of TransactionCanceledException, as is all that only the table's key
 * schema can tell but a key that is empty.
 */
#include "operation/transaction/transaction.h"

#include "error/error.h"
#include "item/compare.h"
#include "item/encoding.h"
#include "error/guard.h"
#include "metrics/call.h"
#include "storage/index/index_entry.h"
#include "operation/arn.h"
#include "operation/item/item_read.h"
#include "operation/missing_table.h"
#include "operation/request/parameters.h"

Transaction *
TransactionCreate(const OperationContext *context, int count, ConsumptionKind kind,
                  const Structure *request)
{
	Transaction *transaction = palloc0(sizeof(Transaction));

	transaction->context = context;
	transaction->count = count;
	transaction->kind = kind;
	transaction->items = palloc0(sizeof(TransactionItem *) * count);
	transaction->sorted = palloc0(sizeof(TransactionItem *) * count);
	transaction->detail = CapacityDetailOf(request);
	return transaction;
}

bool
TransactionGuard(TransactionItem *item, void (*work)(void *state), void *state)
{
	const char *message = ValidationGuard(work, state);

	if (message != NULL)
		item->reason = (CancellationReason){ .code = "ValidationError", .message = message };
	return item->reason.code == NULL;
}

static bool
AnyEmpty(const AttributeValue *map, const KeySchema *schema)
{
	KeyAttributeList keys = KeyAttributesOf(schema);

	for (int i = 0; i < keys.count; i++)
	{
		const AttributeValue *value = MapGet(map, keys.attributes[i]->name);

		if (value != NULL && value->type == keys.attributes[i]->type &&
		    value->type != ATTRIBUTE_N && value->count == 0)
			return true;
	}
	return false;
}

static bool
HasEmptyKey(const TransactionItem *item)
{
	const TableDefinition *definition = &item->table->definition;

	if (AnyEmpty(&item->map, &definition->key))
		return true;
	for (int i = 0; i < definition->index_count; i++)
	{
		if (AnyEmpty(&item->map, &definition->indexes[i].key))
			return true;
	}
	return false;
}

typedef struct ItemCheck
{
	TransactionItem *item;
	void (*check)(TransactionItem *item);
} ItemCheck;

static void
CheckAndTakeKey(void *state)
{
	ItemCheck *check = state;

	check->check(check->item);
	check->item->key = AccessKey(&check->item->access, &check->item->map);
	check->item->has_key = true;
	check->item->consumed.key = &check->item->key;
}

bool
TransactionTryOpenItem(Transaction *transaction, TransactionItem *item, AccessRequest wanted)
{
	wanted.enclosing = transaction->context->authorization->action;
	wanted.capacity = transaction->detail;
	item->access = AccessTryOpen(transaction->context, item->table_name, &wanted);
	item->table = item->access.table;
	if (item->table == NULL)
		return false;
	MetricsNoteTable(item->table->definition.name, wanted.index);
	item->consumed = ConsumedCapacityStart(transaction->detail, item->table_name, item->table,
	                                       transaction->kind);
	return true;
}

void
TransactionOpenItem(Transaction *transaction, TransactionItem *item, AccessRequest wanted)
{
	if (!TransactionTryOpenItem(transaction, item, wanted))
		RaiseNoTable(TableNameOf(item->table_name), TEXT_NO_TABLE);
}

void
TransactionCheckItem(TransactionItem *item, void (*check)(TransactionItem *item))
{
	ItemCheck state = { item, check };

	if (HasEmptyKey(item))
		CheckAndTakeKey(&state);
	else
		TransactionGuard(item, CheckAndTakeKey, &state);
}

/* Items without a key come last. */
static int
CompareItems(const void *left, const void *right)
{
	const TransactionItem *a = *(const TransactionItem *const *) left;
	const TransactionItem *b = *(const TransactionItem *const *) right;
	int order;

	if (!a->has_key || !b->has_key)
		return (int) b->has_key - (int) a->has_key;
	if (a->table->relation != b->table->relation)
		return a->table->relation < b->table->relation ? -1 : 1;
	order = AttributeValueCompare(&a->key.partition, &b->key.partition);
	if (order != 0 || a->key.sort.type == ATTRIBUTE_NULL)
		return order;
	return AttributeValueCompare(&a->key.sort, &b->key.sort);
}

void
TransactionSort(Transaction *transaction)
{
	TransactionItem **sorted = transaction->sorted;

	memcpy(sorted, transaction->items, sizeof(TransactionItem *) * transaction->count);
	qsort(sorted, transaction->count, sizeof(TransactionItem *), CompareItems);
	for (int i = 1; i < transaction->count && sorted[i]->has_key; i++)
	{
		if (CompareItems(&sorted[i - 1], &sorted[i]) == 0)
			ValidationError(TEXT_ITEM_TWICE);
	}
}

void
TransactionItemConflicts(TransactionItem *item)
{
	item->reason = (CancellationReason){ .code = "TransactionConflict",
		                                 .message = "Transaction is ongoing for the item" };
}

void
TransactionItemThrottled(TransactionItem *item, const Throttle *throttle)
{
	item->reason = (CancellationReason){ .code = ThrottleReasonCode(throttle),
		                                 .message = ThrottleMessage(throttle) };
}

void
TransactionAdmit(const Transaction *transaction)
{
	Throttle throttle;

	for (int i = 0; i < transaction->count; i++)
	{
		TransactionItem *item = transaction->items[i];

		if (item->has_key && !ThrottleAdmits(&item->consumed, NULL, &throttle))
			TransactionItemThrottled(item, &throttle);
	}
}

/* Every item is read or written twice, to prepare and to commit; entries of indexes once. */
#define PHASES 2

static void
Settle(const Transaction *transaction, int phases)
{
	for (int i = 0; i < transaction->count; i++)
		ThrottleSettle(&transaction->items[i]->consumed, phases);
}

void
TransactionSettle(const Transaction *transaction)
{
	Settle(transaction, PHASES);
}

static const char *
ReasonCode(const TransactionItem *item)
{
	return item->reason.code != NULL ? item->reason.code : "None";
}

static void
WriteReason(JsonWriter *writer, const TransactionItem *item)
{
	JsonBeginObject(writer);
	JsonName(writer, "Code");
	JsonCString(writer, ReasonCode(item));
	FailedItemMember(writer, &item->access, item->reason.item);
	if (item->reason.code != NULL)
	{
		JsonName(writer, "Message");
		JsonCString(writer, item->reason.message);
	}
	JsonEndObject(writer);
}

/* What was prepared has been paid for. */
static void
Cancel(const Transaction *transaction)
{
	StringInfoData codes;
	StringInfoData members;
	JsonWriter writer;

	Settle(transaction, 1);
	initStringInfo(&codes);
	initStringInfo(&members);
	AnswerWriterInit(transaction->context, &writer, &members);
	JsonBeginObject(&writer);
	JsonName(&writer, "CancellationReasons");
	JsonBeginArray(&writer);
	for (int i = 0; i < transaction->count; i++)
	{
		appendStringInfo(&codes, "%s%s", i > 0 ? ", " : "", ReasonCode(transaction->items[i]));
		WriteReason(&writer, transaction->items[i]);
	}
	JsonEndArray(&writer);
	JsonEndObject(&writer);
	DynamoErrorWithMembers(EXCEPTION_TRANSACTION_CANCELED, members.data, TEXT_CANCELLED,
	                       codes.data);
}

void
TransactionCheckReasons(const Transaction *transaction)
{
	for (int i = 0; i < transaction->count; i++)
	{
		if (transaction->items[i]->reason.code != NULL)
			Cancel(transaction);
	}
}

void
TransactionCheckFirstReason(Transaction *transaction)
{
	bool found = false;

	for (int i = 0; i < transaction->count; i++)
	{
		CancellationReason *reason = &transaction->items[i]->reason;

		if (found)
			*reason = (CancellationReason){ NULL };
		found = found || reason->code != NULL;
	}
	if (found)
		Cancel(transaction);
}

void
TransactionCheckSize(const Transaction *transaction, const char *text)
{
	int64 size = 0;

	for (int i = 0; i < transaction->count; i++)
		size += transaction->items[i]->size;
	if (size > MAX_TRANSACTION_SIZE)
		ValidationError("%s", text);
}

/* The first item of the same table, by whose name the table is reported. */
static TransactionItem *
FirstOfTable(const Transaction *transaction, const TransactionItem *item)
{
	int i = 0;

	while (transaction->items[i]->table->relation != item->table->relation)
		i++;
	return transaction->items[i];
}

void
TransactionCapacityMember(JsonWriter *response, const Transaction *transaction, const char *units)
{
	if (transaction->detail == CAPACITY_NONE)
		return;
	JsonName(response, "ConsumedCapacity");
	JsonBeginArray(response);
	for (int i = 0; i < transaction->count; i++)
	{
		TransactionItem *item = transaction->items[i];
		ConsumedCapacity total;

		if (FirstOfTable(transaction, item) != item)
			continue;
		total = ConsumedCapacityStart(transaction->detail, item->table_name, item->table,
		                              transaction->kind);
		total.units_member = units;
		for (int j = i; j < transaction->count; j++)
		{
			if (transaction->items[j]->table->relation != item->table->relation)
				continue;
			ConsumedCapacityAdd(&total, &transaction->items[j]->consumed, PHASES);
		}
		ConsumedCapacityWrite(response, &total);
	}
	JsonEndArray(response);
}
