/*
 * ExecuteTransaction: up to 100 PartiQL statements, all of which read or all of
 * which write. EXISTS goes with those that write.
 */
#include "operation/item_operations.h"

#include "error/error.h"
#include "item/size.h"
#include "operation/item/item_write.h"
#include "operation/request/parameters.h"
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
FindKey(const Statement *statement, TransactionItem *item, BoundExpression **condition)
{
	bool alone;

	item->table_name = statement->table;
	if (statement->index.data != NULL ||
	    !StatementFindKey(statement, ParameterTable(statement->table, 0), &item->map, &alone))
		ValidationError("Select statements within ExecuteTransaction must specify the primary key "
		                "in the where clause.");
	*condition = alone && !statement->exists ? NULL : statement->where;
}

static TransactionItem *
MakeGet(const Statement *statement)
{
	TransactionGet *get = palloc0(sizeof(TransactionGet));

	FindKey(statement, &get->item, &get->filter);
	get->projection = statement->projection;
	return &get->item;
}

static TransactionItem *
MakeWrite(const Statement *statement, const Structure *request)
{
	TransactionWrite *write = palloc0(sizeof(TransactionWrite));

	write->action = actions[statement->type];
	write->item.table_name = statement->table;
	if (statement->exists)
		FindKey(statement, &write->item, &write->condition);
	else
		StatementWriteTarget(statement, ParameterTable(statement->table, 0), &write->item.map,
		                     &write->condition);
	write->update = statement->update;
	write->must_be_new = statement->type == STATEMENT_INSERT;
	write->passes_absent = statement->type == STATEMENT_DELETE;
	write->return_on_failure = ReturnsOnFailure(request);
	return &write->item;
}

static void
RunWrites(Transaction *transaction, Statement **statements, const Structure *request,
          JsonWriter *response)
{
	bool repeated;

	for (int i = 0; i < transaction->count; i++)
		transaction->items[i]->size = ItemSize(&transaction->items[i]->map);
	TransactionCheckSize(transaction, TEXT_TRANSACTION_SIZE);
	for (int i = 0; i < transaction->count; i++)
		TransactionWriteOpen(transaction, (TransactionWrite *) transaction->items[i],
		                     StatementPrivileges(statements[i]));
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
		    reads ? MakeGet(statements[i])
		          : MakeWrite(statements[i], NodeStructure(&elements->elements[i]));
	if (reads)
		TransactionReadAll(transaction, response);
	else
		RunWrites(transaction, statements, request, response);
}
