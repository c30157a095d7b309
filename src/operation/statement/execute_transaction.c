/*
 * ExecuteTransaction: up to 100 PartiQL statements, all of which read or all of
 * which write. EXISTS goes with those that write.
 */
#include "operation/item_operations.h"

#include "error/error.h"
#include "error/guard.h"
#include "item/encoding.h"
#include "item/size.h"
#include "operation/item/item_write.h"
#include "operation/statement/statement_access.h"
#include "operation/statement/statement_request.h"
#include "operation/statement/statement_write.h"
#include "operation/transaction/transaction_read.h"
#include "operation/transaction/transaction_write.h"
#include "partiql/plan.h"

static const TransactionAction actions[] = {
	[STATEMENT_SELECT] = TRANSACTION_CHECK,
	[STATEMENT_INSERT] = TRANSACTION_PUT,
	[STATEMENT_UPDATE] = TRANSACTION_UPDATE,
	[STATEMENT_DELETE] = TRANSACTION_DELETE,
};

static bool
IsRead(const Statement *statement)
{
	return statement->type == STATEMENT_SELECT && !statement->exists;
}

/* A statement of the request while it is bound. */
typedef struct Binding
{
	const Structure *request;
	Statement *statement;
} Binding;

static void
Bind(void *state)
{
	Binding *binding = state;

	binding->statement = StatementOfRequest(binding->request);
}

/* Raises what is wrong with a statement, by its number; values of parameters are told bare. */
static void
StatementFault(int number, const char *message)
{
	ValidationError(TEXT_TRANSACTION_STATEMENT "%s", number, message);
}

static void
CheckParameters(const Structure *request)
{
	const JsonNode *parameters = StructureList(request, member_Parameters);

	for (int i = 0; parameters != NULL && i < parameters->count; i++)
	{
		AttributeValue value;

		AttributeValueParse(&parameters->elements[i], &value);
	}
}

static Statement **
BindStatements(const JsonNode *elements)
{
	Statement **statements = palloc(sizeof(Statement *) * elements->count);

	for (int i = 0; i < elements->count; i++)
	{
		Binding binding = { NodeStructure(&elements->elements[i]) };
		const char *message;

		CheckParameters(binding.request);
		message = ValidationGuard(Bind, &binding);
		if (message != NULL)
			StatementFault(i, message);
		statements[i] = binding.statement;
		if (IsRead(statements[i]) != IsRead(statements[0]))
			ValidationError(TEXT_TRANSACTION_MIXED);
	}
	return statements;
}

/* Of a read: the key that WHERE gives, and nothing else. */
static void
ReadKey(const Statement *statement, int number, TransactionItem *item)
{
	bool alone;

	if (!StatementFindKey(statement, item->table, &item->map, &alone) || !alone)
		StatementFault(number, TEXT_TRANSACTION_SELECT);
}

/* Of EXISTS: the key, and a condition besides. */
static void
ExistsKey(const Statement *statement, int number, TransactionWrite *write)
{
	bool alone;

	if (!StatementFindKey(statement, write->item.table, &write->item.map, &alone) || alone)
		StatementFault(number, TEXT_TRANSACTION_EXISTS);
	write->condition = statement->where;
}

typedef struct Target
{
	const Statement *statement;
	TransactionWrite *write;
} Target;

static void
FindTarget(void *state)
{
	Target *target = state;

	StatementWriteTarget(target->statement, target->write->item.table, &target->write->item.map,
	                     &target->write->condition);
}

/* A write that does not name one item is cancelled for that. */
static void
WriteTarget(const Statement *statement, TransactionWrite *write)
{
	Target target = { statement, write };

	if (ValidationGuard(FindTarget, &target) != NULL)
		write->item.reason =
		    (CancellationReason){ .code = "ValidationError", .message = TEXT_KEY_SCHEMA_MISMATCH };
	else if (write->condition != NULL)
		AccessRequire(&write->item.access, ACL_SELECT);
}

static TransactionItem *
MakeGet(const Statement *statement)
{
	TransactionGet *get = palloc0(sizeof(TransactionGet));

	get->projection = statement->projection;
	return &get->item;
}

static TransactionItem *
MakeWrite(const Statement *statement, const Structure *request)
{
	TransactionWrite *write = palloc0(sizeof(TransactionWrite));

	write->action = actions[statement->type];
	write->update = statement->update;
	write->must_be_new = statement->type == STATEMENT_INSERT;
	write->passes_absent = statement->type == STATEMENT_DELETE;
	write->return_on_failure = ReturnsOnFailure(request);
	return &write->item;
}

/* What the statement is about. Of its own errors, those of one whose table is missing do not count.
 */
static void
FindItem(Transaction *transaction, const Statement *statement, int number, TransactionItem *item)
{
	bool returns = !IsRead(statement) && ((TransactionWrite *) item)->return_on_failure;

	item->table_name = statement->table;
	if (!TransactionTryOpenItem(transaction, item, StatementAccess(statement, returns)))
	{
		item->reason = (CancellationReason){ .code = "ResourceNotFound", .message = TEXT_NO_TABLE };
		return;
	}
	if (statement->returning != RETURNING_NONE)
		StatementFault(number, TEXT_TRANSACTION_RETURNING);
	if (statement->index.data != NULL)
		StatementFault(number, TEXT_TRANSACTION_INDEX);
	if (IsRead(statement))
		ReadKey(statement, number, item);
	else if (statement->exists)
		ExistsKey(statement, number, (TransactionWrite *) item);
	else
		WriteTarget(statement, (TransactionWrite *) item);
}

static void
WriteResponse(JsonWriter *response, const Transaction *transaction, bool repeated)
{
	JsonBeginObject(response);
	TransactionCapacityMember(response, transaction, TransactionUnitsMember(repeated));
	JsonName(response, "Responses");
	JsonBeginArray(response);
	JsonEndArray(response);
	JsonEndObject(response);
}

static void
RunWrites(Transaction *transaction, const Structure *request, JsonWriter *response)
{
	for (int i = 0; i < transaction->count; i++)
		transaction->items[i]->size = ItemSize(&transaction->items[i]->map);
	TransactionCheckSize(transaction, TEXT_TRANSACTION_SIZE);
	for (int i = 0; i < transaction->count; i++)
	{
		TransactionItem *item = transaction->items[i];

		if (item->reason.code == NULL)
			TransactionWriteCheck(transaction, (TransactionWrite *) item);
	}
	/* A statement's own reason comes before what two of them have in common. */
	TransactionCheckReasons(transaction);
	TransactionSort(transaction);
	WriteResponse(response, transaction, TransactionWriteOnce(transaction, request));
}

/* Those of a missing table cancel the transaction. */
static void
CheckTables(const Transaction *transaction)
{
	for (int i = 0; i < transaction->count; i++)
	{
		const char *code = transaction->items[i]->reason.code;

		if (code != NULL && strcmp(code, "ResourceNotFound") == 0)
			TransactionCheckReasons(transaction);
	}
}

void
RunExecuteTransaction(const OperationContext *context, const Structure *request,
                      JsonWriter *response)
{
	const JsonNode *elements = StructureList(request, member_TransactStatements);
	Statement **statements = BindStatements(elements);
	bool reads = IsRead(statements[0]);
	Transaction *transaction = TransactionCreate(
	    context, elements->count, reads ? CONSUMPTION_READ : CONSUMPTION_WRITE, request);

	for (int i = 0; i < transaction->count; i++)
	{
		transaction->items[i] =
		    reads ? MakeGet(statements[i])
		          : MakeWrite(statements[i], NodeStructure(&elements->elements[i]));
		FindItem(transaction, statements[i], i, transaction->items[i]);
	}
	CheckTables(transaction);
	if (reads)
		TransactionReadAll(transaction, response);
	else
		RunWrites(transaction, request, response);
}
