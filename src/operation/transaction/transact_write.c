/*
 * TransactWriteItems: up to 100 puts, updates, deletes and condition checks of
 * different items, all or none.
 */
#include "operation/item_operations.h"

#include "error/error.h"
#include "item/item_rules.h"
#include "item/compare.h"
#include "item/encoding.h"
#include "item/size.h"
#include "operation/item/collection_metrics.h"
#include "operation/item/item_write.h"
#include "operation/request/parameters.h"
#include "operation/transaction/transaction_write.h"

static const ParameterRules write_rules = {
	.expressions = { MEMBER_UpdateExpression, MEMBER_ConditionExpression },
	.with_values = { MEMBER_UpdateExpression, MEMBER_ConditionExpression },
	.values_missing = "UpdateExpression and ConditionExpression are null",
};

/* What each action asks of its table, but for its condition. */
static const struct
{
	const char *action; /* of policies */
	AclMode required;
} wants[] = {
	[TRANSACTION_CHECK] = { "ConditionCheckItem", ACL_SELECT },
	[TRANSACTION_PUT] = { "PutItem", ACL_INSERT | ACL_UPDATE },
	[TRANSACTION_UPDATE] = { "UpdateItem", ACL_SELECT | ACL_INSERT | ACL_UPDATE },
	[TRANSACTION_DELETE] = { "DeleteItem", ACL_DELETE },
};

static const struct
{
	StructureMember member;
	TransactionAction action;
	MapMember map; /* the member that is the item or its key */
} actions[] = {
	{ { MEMBER_ConditionCheck }, TRANSACTION_CHECK, { MEMBER_Key } },
	{ { MEMBER_Put }, TRANSACTION_PUT, { MEMBER_Item } },
	{ { MEMBER_Delete }, TRANSACTION_DELETE, { MEMBER_Key } },
	{ { MEMBER_Update }, TRANSACTION_UPDATE, { MEMBER_Key } },
};

/*
 * How much deeper than an item's values those of expressions may nest here: the service evaluates a
 * condition with one of 32 maps and refuses one of 40.
 */
#define DEEPER_VALUES 7

/* Empty names are told before anything else of an action. */
static void
CheckNames(const JsonNode *map)
{
	for (int i = 0; i < map->count; i++)
		AttributeNameRequire(map->members[i].name);
}

/* The bytes of a text of the request. */
static int64
TextSize(const Structure *request, StringMember member)
{
	return StructureString(request, member).length;
}

static void
ParseWrite(TransactionWrite *write, const Structure *request, MapMember map)
{
	const JsonNode *node = StructureMap(request, map);
	ExpressionBindings *bindings;

	CheckNames(node);
	bindings = ParametersBindingsBegin(request, &write_rules);
	ParametersCheckUsed(request, bindings);
	AttributeMapParse(node, &write->item.map);
	ExpressionBindingsReadValues(bindings, DEEPER_VALUES);
	if (write->action == TRANSACTION_PUT)
		ItemSizeCheck(&write->item.map);
	write->item.table_name = StructureString(request, member_TableName);
	write->update =
	    ParameterExpression(request, member_UpdateExpression, EXPRESSION_UPDATE, bindings);
	write->condition =
	    ParameterExpression(request, member_ConditionExpression, EXPRESSION_CONDITION, bindings);
	write->return_on_failure = ReturnsOnFailure(request);
	/* Of the request: not what lies in the table. */
	write->item.size = ItemSize(&write->item.map) + ExpressionBindingsSize(bindings) +
	                   TextSize(request, member_ConditionExpression) +
	                   TextSize(request, member_UpdateExpression);
}

static TransactionWrite *
ParseAction(const Structure *request)
{
	TransactionWrite *write = NULL;

	for (int i = 0; i < lengthof(actions); i++)
	{
		const Structure *action = StructureStructure(request, actions[i].member);

		if (action == NULL)
			continue;
		if (write != NULL)
			ValidationError(TEXT_ACTIONS_SEVERAL);
		write = palloc0(sizeof(TransactionWrite));
		write->action = actions[i].action;
		ParseWrite(write, action, actions[i].map);
	}
	if (write == NULL)
		ValidationError(TEXT_ACTION_NONE);
	return write;
}

static void
OpenWrite(Transaction *transaction, TransactionWrite *write)
{
	bool returns = write->condition != NULL && write->return_on_failure;
	AccessRequest wanted = { .action = wants[write->action].action,
		                     .required = wants[write->action].required,
		                     .shows = returns ? SHOWS_WHOLE_ITEMS : SHOWS_NAMED,
		                     .return_values =
		                         returns ? BYTES_LITERAL("ALL_OLD") : BYTES_LITERAL("NONE"),
		                     .expressions = { write->condition, write->update } };

	if (write->condition != NULL)
		wanted.required |= ACL_SELECT;
	TransactionOpenItem(transaction, &write->item, wanted);
}

static Transaction *
ParseRequest(const OperationContext *context, const Structure *request)
{
	const JsonNode *elements = StructureList(request, member_TransactItems);
	Transaction *transaction =
	    TransactionCreate(context, elements->count, CONSUMPTION_WRITE, request);

	for (int i = 0; i < elements->count; i++)
		transaction->items[i] = &ParseAction(NodeStructure(&elements->elements[i]))->item;
	TransactionCheckSize(transaction, TEXT_TRANSACTION_SIZE);
	for (int i = 0; i < transaction->count; i++)
	{
		TransactionWrite *write = (TransactionWrite *) transaction->items[i];

		OpenWrite(transaction, write);
		TransactionWriteCheck(transaction, write);
	}
	TransactionSort(transaction);
	TransactionCheckFirstReason(transaction);
	return transaction;
}

static bool
SameCollection(const TransactionItem *a, const TransactionItem *b)
{
	return a->table->relation == b->table->relation &&
	       AttributeValueCompare(&a->key.partition, &b->key.partition) == 0;
}

/* Sorted items bring those of a table together, and of a collection. */
static void
MetricsMember(JsonWriter *response, const Structure *request, const Transaction *transaction)
{
	const TransactionItem *last = NULL;

	for (int i = 0; i < transaction->count; i++)
	{
		TransactionItem *item = transaction->sorted[i];

		if (((TransactionWrite *) item)->action == TRANSACTION_CHECK ||
		    !CollectionMetricsWanted(request, item->table) ||
		    (last != NULL && SameCollection(last, item)))
			continue;
		if (last == NULL)
		{
			JsonName(response, "ItemCollectionMetrics");
			JsonBeginObject(response);
		}
		else if (last->table->relation != item->table->relation)
			JsonEndArray(response);
		if (last == NULL || last->table->relation != item->table->relation)
		{
			JsonNameBytes(response, item->table_name);
			JsonBeginArray(response);
		}
		CollectionMetricsWrite(response, item->table, &item->key);
		last = item;
	}
	if (last != NULL)
	{
		JsonEndArray(response);
		JsonEndObject(response);
	}
}

void
RunTransactWriteItems(const OperationContext *context, const Structure *request,
                      JsonWriter *response)
{
	Transaction *transaction = ParseRequest(context, request);
	bool repeated = TransactionWriteOnce(transaction, request);

	JsonBeginObject(response);
	TransactionCapacityMember(response, transaction, TransactionUnitsMember(repeated));
	if (!repeated)
		MetricsMember(response, request, transaction);
	JsonEndObject(response);
}
