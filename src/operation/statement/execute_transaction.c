/*
 * ExecuteTransaction: up to 100 PartiQL statements, all of which read or all of
 * which write. EXISTS goes with those that write.
 */
#include "operation/item_operations.h"

#include "error/error.h"
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

static Statement **
BindStatements(const JsonNode *elements)
{
	Statement **statements = palloc(sizeof(Statement *) * elements->count);

	for (int i = 0; i < elements->count; i++)
	{
		statements[i] = StatementOfRequest(NodeStructure(&elements->elements[i]));
		if (IsRead(statements[i]) != IsRead(statements[0]))
			ValidationError("The statements of a transaction must all read or all write");
		if (statements[i]->returning != RETURNING_NONE)
			ValidationError("RETURNING cannot be used in a transaction");
	}
	return statements;
}

static void
OpenItem(Transaction *transaction, const Statement *statement, bool return_on_failure,
         TransactionItem *item)
{
	item->table_name = statement->table;
	TransactionOpenItem(transaction, item, StatementAccess(statement, return_on_failure));
}

static void
FindKey(const Statement *statement, TransactionItem *item, BoundExpression **condition)
{
	bool alone;

	if (statement->index.data != NULL ||
	    !StatementFindKey(statement, item->table, &item->map, &alone))
		ValidationError("Select statements within ExecuteTransaction must specify the primary key "
		                "in the where clause.");
	*condition = alone && !statement->exists ? NULL : statement->where;
}

static TransactionItem *
MakeGet(Transaction *transaction, const Statement *statement)
{
	TransactionGet *get = palloc0(sizeof(TransactionGet));

	OpenItem(transaction, statement, false, &get->item);
	FindKey(statement, &get->item, &get->filter);
	get->projection = statement->projection;
	return &get->item;
}

static TransactionItem *
MakeWrite(Transaction *transaction, const Statement *statement, const Structure *request)
{
	TransactionWrite *write = palloc0(sizeof(TransactionWrite));

	write->action = actions[statement->type];
	write->return_on_failure = ReturnsOnFailure(request);
	OpenItem(transaction, statement, write->return_on_failure, &write->item);
	if (statement->exists)
		FindKey(statement, &write->item, &write->condition);
	else
		StatementWriteTarget(statement, write->item.table, &write->item.map, &write->condition);
	if (write->condition != NULL)
		AccessRequire(&write->item.access, ACL_SELECT);
	write->update = statement->update;
	write->must_be_new = statement->type == STATEMENT_INSERT;
	write->passes_absent = statement->type == STATEMENT_DELETE;
	return &write->item;
}

static void
RunWrites(Transaction *transaction, const Structure *request, JsonWriter *response)
{
	bool repeated;

	for (int i = 0; i < transaction->count; i++)
		TransactionWriteCheck(transaction, (TransactionWrite *) transaction->items[i]);
	TransactionSort(transaction);
	repeated = TransactionWriteOnce(transaction, request);
	JsonBeginObject(response);
	TransactionCapacityMember(response, transaction, TransactionUnitsMember(repeated));
	JsonName(response, "Responses");
	JsonBeginArray(response);
	for (int i = 0; i < transaction->count; i++)
	{
		JsonBeginObject(response);
		JsonEndObject(response);
	}
	JsonEndArray(response);
	JsonEndObject(response);
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
		transaction->items[i] =
		    reads ? MakeGet(transaction, statements[i])
		          : MakeWrite(transaction, statements[i], NodeStructure(&elements->elements[i]));
	if (reads)
		TransactionReadAll(transaction, response);
	else
		RunWrites(transaction, request, response);
}
