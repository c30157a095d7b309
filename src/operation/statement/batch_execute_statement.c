/*
 * BatchExecuteStatement: up to 25 PartiQL statements, all of which read or all of
 * which write, each about one item of its own and with an error of its own.
 *
 * They are one transaction here. What stops a statement before or when it looks
 * at its item stops it alone. Where it has begun to write, and meets a conflict
 * or is refused, the writes are taken back and made again without it. Items are
 * written in the order of their tables and keys, so that batches do not deadlock.
 */
#include "operation/item_operations.h"

#include "error/error.h"
#include "item/compare.h"
#include "item/encoding.h"
#include "item/size.h"
#include "error/guard.h"
#include "operation/item/item_read.h"
#include "operation/statement/statement_access.h"
#include "operation/statement/statement_read.h"
#include "operation/statement/statement_request.h"
#include "operation/statement/statement_write.h"
#include "partiql/plan.h"

#include "miscadmin.h"

/* Milliseconds: once one item has been waited for, others that are held are not. */
#define SECOND_LOCK_TIMEOUT 10

/* What the items that are read may have of text, but for the last of them. */
#define MAX_READ_TEXT (32 * 1024 * 1024)

typedef struct BatchStatement
{
	int number;
	const OperationContext *context;
	const Structure *request;
	const Statement *statement; /* NULL: it is none */
	CapacityDetail detail;
	StatementWrite write; /* of a read: its table and key only */
	const Jsonb *item;    /* that a read has found; NULL: none */
	bool opened;          /* nothing was wrong before it ran */
	const char *error;    /* its code; NULL: none */
	WriteFailure failure;
	ConsumedCapacity consumed;
} BatchStatement;

typedef struct Batch
{
	int count;
	BatchStatement *statements;
	BatchStatement **sorted; /* those to be written */
	int sorted_count;
	int at; /* where an attempt is */
} Batch;

/* The codes of BatchStatementErrorCodeEnum. */
static const struct
{
	DynamoException exception;
	const char *code;
} codes[] = {
	{ EXCEPTION_ACCESS_DENIED, "AccessDenied" },
	{ EXCEPTION_CONDITIONAL_CHECK_FAILED, "ConditionalCheckFailed" },
	{ EXCEPTION_DUPLICATE_ITEM, "DuplicateItem" },
	{ EXCEPTION_INTERNAL_SERVER_ERROR, "InternalServerError" },
	{ EXCEPTION_ITEM_COLLECTION_SIZE_LIMIT_EXCEEDED, "ItemCollectionSizeLimitExceeded" },
	{ EXCEPTION_PROVISIONED_THROUGHPUT_EXCEEDED, "ProvisionedThroughputExceeded" },
	{ EXCEPTION_REQUEST_LIMIT_EXCEEDED, "RequestLimitExceeded" },
	{ EXCEPTION_RESOURCE_NOT_FOUND, "ResourceNotFound" },
	{ EXCEPTION_THROTTLING, "ThrottlingError" },
	{ EXCEPTION_VALIDATION, "ValidationError" },
};

static const char *
CodeOfSqlState(int sqlstate)
{
	if (sqlstate == ERRCODE_INSUFFICIENT_PRIVILEGE)
		return "AccessDenied";
	for (int i = 0; i < lengthof(codes); i++)
	{
		if (ExceptionSqlState(codes[i].exception) == sqlstate)
			return codes[i].code;
	}
	return NULL;
}

/*
 * The code of an error, or NULL where it is none of one statement. Of locks only an
 * item's is: another one, such as the table's, ends the request.
 */
static const char *
CodeOf(const ErrorData *error)
{
	return ErrorIsTransactionConflict(error) ? "TransactionConflict"
	                                         : CodeOfSqlState(error->sqlerrcode);
}

static bool
IsOfOneStatement(const ErrorData *error)
{
	return CodeOf(error) != NULL;
}

static void
TakeError(BatchStatement *statement, const ErrorData *error)
{
	statement->error = CodeOf(error);
	statement->failure.message = error->message;
}

static void
TakeThrottle(BatchStatement *statement)
{
	const Throttle *throttle = &statement->write.throttle;

	statement->error = ThrottleReasonCode(throttle);
	statement->failure.message = ThrottleMessage(throttle);
}

static void
TakeFailure(BatchStatement *statement)
{
	if (statement->write.failure.message == NULL)
		return;
	statement->failure = statement->write.failure;
	statement->error = CodeOfSqlState(ExceptionSqlState(statement->failure.exception));
}

static void
Bind(void *arg)
{
	BatchStatement *statement = arg;

	statement->statement = SingleStatementOfRequest(statement->request);
}

static void
OpenRead(BatchStatement *statement)
{
	const Statement *select = statement->statement;
	StatementWrite *target = &statement->write;
	AccessRequest wanted = StatementAccess(select, false);
	bool alone;

	wanted.capacity = statement->detail;
	target->access = AccessOpen(statement->context, select->table, &wanted);
	target->table = target->access.table;
	StatementCheckIndex(select, target->table,
	                    StructureBoolean(statement->request, member_ConsistentRead, false));
	if (select->index.data != NULL ||
	    !StatementFindKey(select, target->table, &target->map, &alone) || !alone)
		ValidationError(TEXT_BATCH_SELECT);
	TableCheckKey(target->table, &target->map);
	target->key = AccessKey(&target->access, &target->map);
}

static void
Open(void *arg)
{
	BatchStatement *statement = arg;

	if (statement->statement->type == STATEMENT_SELECT)
	{
		OpenRead(statement);
		return;
	}
	StatementWriteOpen(statement->context, statement->statement, statement->request,
	                   statement->detail, &statement->write);
	statement->write.guarded = true;
	statement->write.return_on_failure = false; /* the service takes the member and ignores it */
}

static void
ForEach(Batch *batch, void (*work)(void *statement))
{
	for (int i = 0; i < batch->count; i++)
	{
		BatchStatement *statement = &batch->statements[i];
		const ErrorData *error;

		if (statement->error != NULL)
			continue;
		error = Guard(work, statement, IsOfOneStatement);
		if (error == NULL)
			continue;
		TakeError(statement, error);
		AccessGiveUp(&statement->write.access);
	}
}

/* Whether the batch reads; rejects one that does both. */
static bool
BatchReads(const Batch *batch)
{
	const Statement *first = NULL;

	for (int i = 0; i < batch->count; i++)
	{
		const Statement *statement = batch->statements[i].statement;

		if (statement == NULL)
			continue;
		if (first == NULL)
			first = statement;
		if ((statement->type == STATEMENT_SELECT) != (first->type == STATEMENT_SELECT))
			ValidationError(TEXT_BATCH_MIXED);
	}
	return first == NULL || first->type == STATEMENT_SELECT;
}

static void
Read(BatchStatement *statement)
{
	Table *table = statement->write.table;
	ConsumedCapacity *consumed = &statement->consumed;
	const Jsonb *item;

	*consumed = ConsumedCapacityStart(statement->detail, statement->statement->table, table,
	                                  CONSUMPTION_READ);
	consumed->key = &statement->write.key;
	if (!ThrottleAdmits(consumed, NULL, &statement->write.throttle))
	{
		TakeThrottle(statement);
		return;
	}
	item = ItemRead(table, &statement->write.key);
	consumed->table_units =
	    ReadUnits(item != NULL ? StoredItemSize(item) : 0,
	              StructureBoolean(statement->request, member_ConsistentRead, false));
	ThrottleSettle(consumed, 1);
	statement->item = item;
}

static void
ReadAll(Batch *batch)
{
	for (int i = 0; i < batch->count; i++)
	{
		if (batch->statements[i].error == NULL)
			Read(&batch->statements[i]);
		CHECK_FOR_INTERRUPTS();
	}
}

static int
CompareItems(const BatchStatement *a, const BatchStatement *b)
{
	int order;

	if (a->write.table->relation != b->write.table->relation)
		return a->write.table->relation < b->write.table->relation ? -1 : 1;
	order = AttributeValueCompare(&a->write.key.partition, &b->write.key.partition);
	if (order == 0 && a->write.key.sort.type != ATTRIBUTE_NULL)
		order = AttributeValueCompare(&a->write.key.sort, &b->write.key.sort);
	return order;
}

static bool
SameTarget(const BatchStatement *a, const BatchStatement *b)
{
	return CompareItems(a, b) == 0;
}

static int
CompareTargets(const void *left, const void *right)
{
	const BatchStatement *a = *(const BatchStatement *const *) left;
	const BatchStatement *b = *(const BatchStatement *const *) right;
	int order = CompareItems(a, b);

	return order != 0 ? order : a->number - b->number;
}

static void
Sort(Batch *batch)
{
	batch->sorted = palloc(sizeof(BatchStatement *) * batch->count);
	for (int i = 0; i < batch->count; i++)
	{
		batch->statements[i].opened = batch->statements[i].error == NULL;
		if (batch->statements[i].opened)
			batch->sorted[batch->sorted_count++] = &batch->statements[i];
	}
	qsort(batch->sorted, batch->sorted_count, sizeof(BatchStatement *), CompareTargets);
}

/* An item that two statements name, reads included. */
static void
CheckDuplicates(const Batch *batch)
{
	for (int i = 1; i < batch->sorted_count; i++)
	{
		if (SameTarget(batch->sorted[i - 1], batch->sorted[i]))
			ValidationError(TEXT_BATCH_DUPLICATES);
	}
}

static void
WriteSorted(void *state)
{
	Batch *batch = state;

	for (batch->at = 0; batch->at < batch->sorted_count; batch->at++)
		StatementWriteItem(&batch->sorted[batch->at]->write);
}

/* Takes the statement that an attempt could not carry out, out of the next one. */
static void
LeaveOut(Batch *batch, ErrorData *error)
{
	BatchStatement **statement = &batch->sorted[batch->at];

	if (batch->at == batch->sorted_count || !IsOfOneStatement(error))
		ReThrowError(error);
	TakeError(*statement, error);
	batch->sorted_count--;
	memmove(statement, statement + 1, sizeof(BatchStatement *) * (batch->sorted_count - batch->at));
}

static void
WriteAll(Batch *batch)
{
	ErrorData *error;
	int lock_timeout = 0;

	while ((error = ItemWritesTry(WriteSorted, batch, lock_timeout)) != NULL)
	{
		LeaveOut(batch, error);
		lock_timeout = SECOND_LOCK_TIMEOUT;
		CHECK_FOR_INTERRUPTS();
	}
	for (int i = 0; i < batch->sorted_count; i++)
	{
		TakeFailure(batch->sorted[i]);
		batch->sorted[i]->consumed = batch->sorted[i]->write.consumed;
	}
}

static void
WriteError(JsonWriter *response, const BatchStatement *statement)
{
	JsonName(response, "Error");
	JsonBeginObject(response);
	JsonName(response, "Code");
	JsonCString(response, statement->error);
	FailedItemMember(response, &statement->write.access, statement->failure.item);
	JsonName(response, "Message");
	JsonCString(response, statement->failure.message);
	JsonEndObject(response);
}

static void
WriteItem(JsonWriter *response, const BatchStatement *statement)
{
	ItemView read = { .stored = statement->item };

	if (statement->item != NULL)
	{
		JsonName(response, "Item");
		ProjectedItemWrite(response, &read, statement->statement->projection);
	}
	else if (statement->write.returns)
	{
		JsonName(response, "Item");
		ProjectedItemWrite(response, &statement->write.returned, NULL);
	}
}

/* Not beside what was found wrong before the statement ran. */
static void
WriteTableName(JsonWriter *response, const BatchStatement *statement)
{
	if (statement->statement == NULL || (statement->error != NULL && !statement->opened &&
	                                     strcmp(statement->error, "ValidationError") == 0))
		return;
	JsonName(response, "TableName");
	JsonString(response, statement->write.table != NULL ? statement->write.table->definition.name
	                                                    : statement->statement->table);
}

static void
WriteStatement(JsonWriter *response, const BatchStatement *statement)
{
	JsonBeginObject(response);
	if (statement->error != NULL)
		WriteError(response, statement);
	else
		WriteItem(response, statement);
	WriteTableName(response, statement);
	JsonEndObject(response);
}

/* There is no key to hand back: what no longer fits is an error of its statement. */
static void
LeaveUnread(const JsonWriter *response, BatchStatement *statement)
{
	if (statement->item == NULL || response->out->len < MAX_READ_TEXT)
		return;
	statement->item = NULL;
	statement->error = CodeOfSqlState(ExceptionSqlState(EXCEPTION_REQUEST_LIMIT_EXCEEDED));
	statement->failure.message = "The items of the statements before have more than 32 MB of text";
}

static void
WriteCapacity(JsonWriter *response, const Batch *batch)
{
	JsonName(response, "ConsumedCapacity");
	JsonBeginArray(response);
	for (int i = 0; i < batch->count; i++)
	{
		const ConsumedCapacity *consumed = &batch->statements[i].consumed;

		if (consumed->table_units > 0)
			ConsumedCapacityWrite(response, consumed);
	}
	JsonEndArray(response);
}

static void
WriteResponse(JsonWriter *response, const Batch *batch, CapacityDetail detail)
{
	JsonBeginObject(response);
	JsonName(response, "Responses");
	JsonBeginArray(response);
	for (int i = 0; i < batch->count; i++)
	{
		LeaveUnread(response, &batch->statements[i]);
		WriteStatement(response, &batch->statements[i]);
	}
	JsonEndArray(response);
	if (detail != CAPACITY_NONE)
		WriteCapacity(response, batch);
	JsonEndObject(response);
}

void
RunBatchExecuteStatement(const OperationContext *context, const Structure *request,
                         JsonWriter *response)
{
	const JsonNode *elements = StructureList(request, member_Statements);
	Batch batch = { .count = elements->count };
	CapacityDetail detail = CapacityDetailOf(request);
	bool reads;

	batch.statements = palloc0(sizeof(BatchStatement) * batch.count);
	for (int i = 0; i < batch.count; i++)
	{
		batch.statements[i].number = i;
		batch.statements[i].context = context;
		batch.statements[i].request = NodeStructure(&elements->elements[i]);
		batch.statements[i].detail = detail;
	}
	ForEach(&batch, Bind);
	reads = BatchReads(&batch);
	ForEach(&batch, Open);
	Sort(&batch);
	CheckDuplicates(&batch);
	if (reads)
		ReadAll(&batch);
	else
		WriteAll(&batch);
	WriteResponse(response, &batch, detail);
}
