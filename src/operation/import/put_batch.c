/*
 * See put_batch.h.
 */
#include "operation/import/put_batch.h"

#include "error/error.h"
#include "item/encoding.h"
#include "item/size.h"
#include "miscadmin.h"
#include "model/read.h"
#include "operation/operation.h"
#include "session/subtransaction.h"
#include "utils/memutils.h"

/* The members of a record that are those of a PutItem. */
static const char *const record_members[] = { "Item", "ConditionExpression",
	                                          "ExpressionAttributeNames",
	                                          "ExpressionAttributeValues" };

void
PutBatchInit(PutBatch *batch)
{
	batch->context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo put records", ALLOCSET_DEFAULT_SIZES);
	batch->count = 0;
	batch->done = 0;
	batch->processed = 0;
	batch->written = 0;
	batch->failed = 0;
	batch->put_bytes = 0;
}

bool
PutBatchRead(PutBatch *batch)
{
	MemoryContext caller = CurrentMemoryContext;
	CsvRecord header = { 0 };
	Size bytes = 0;

	MemoryContextReset(batch->context);
	batch->count = 0;
	batch->done = 0;
	while (batch->count < PUT_BATCH_RECORDS && bytes < PUT_BATCH_BYTES)
	{
		InputRecord *record = &batch->records[batch->count];
		char *copy;

		if (!InputSourceNext(batch->source, record))
			break;
		MemoryContextSwitchTo(batch->context);
		record->object = pstrdup(record->object);
		if (record->fault != NULL)
			record->fault = pstrdup(record->fault);
		else
		{
			copy = palloc(record->bytes.length + 1);
			memcpy(copy, record->bytes.data, record->bytes.length);
			record->bytes.data = copy;
			if (batch->count == 0 || record->number == 0)
				header = CsvCopy(&record->header);
			record->header = header;
			bytes += record->bytes.length;
		}
		MemoryContextSwitchTo(caller);
		batch->count++;
	}
	return batch->count > 0;
}

/* --- one record --- */

static JsonMember
StringMemberOf(const char *name, Bytes text)
{
	return (JsonMember){ BytesFromCString(name),
		                 { JSON_NODE_STRING, text.length, { .text = text.data } } };
}

/* What a record asks for: a PutItem of its members, that tells the item if the condition fails. */
static const Structure *
RequestOf(const PutBatch *batch, const InputRecord *record)
{
	const JsonNode *given = InputRequest(batch->source, record);
	JsonMember members[lengthof(record_members) + 2];
	int count = 0;

	members[count++] = StringMemberOf("TableName", batch->table);
	for (int i = 0; i < lengthof(record_members); i++)
	{
		const JsonNode *member = JsonGet(given, record_members[i]);

		if (member != NULL)
			members[count++] = (JsonMember){ BytesFromCString(record_members[i]), *member };
	}
	if (JsonGet(given, "ConditionExpression") != NULL)
		members[count++] =
		    StringMemberOf("ReturnValuesOnConditionCheckFailure", BYTES_LITERAL("ALL_OLD"));
	return RequestReadNode(&shape_PutItemInput,
	                       &(JsonNode){ JSON_NODE_OBJECT, count, { .members = members } });
}

static int
SizeOf(const Structure *request)
{
	AttributeValue item;

	AttributeMapParse(StructureMap(request, member_Item), &item);
	return ItemSize(&item);
}

static void
PutRecord(PutBatch *batch, const InputRecord *record)
{
	OperationContext context = OperationContextOfSession();
	const Structure *request;
	StringInfoData answer;

	CHECK_FOR_INTERRUPTS();
	request = RequestOf(batch, record);
	initStringInfo(&answer);
	OperationRun(&context, OperationFind(BYTES_LITERAL("PutItem")), request, &answer);
	batch->written++;
	batch->put_bytes += SizeOf(request);
}

/* --- refusals --- */

static bool
IsException(const ErrorData *error, DynamoException exception)
{
	return error->sqlerrcode == ExceptionSqlState(exception);
}

bool
IsConditionFailure(const ErrorData *error)
{
	return IsException(error, EXCEPTION_CONDITIONAL_CHECK_FAILED);
}

/* It passes by itself. */
static bool
IsTransient(const ErrorData *error)
{
	return ErrorIsTransactionConflict(error) ||
	       IsException(error, EXCEPTION_PROVISIONED_THROUGHPUT_EXCEEDED) ||
	       IsException(error, EXCEPTION_REQUEST_LIMIT_EXCEEDED) ||
	       IsException(error, EXCEPTION_THROTTLING);
}

/* What is wrong with this record: the service's rules, or constraints and triggers of the owner's.
 */
static bool
IsOfRecord(const ErrorData *error)
{
	int category = ERRCODE_TO_CATEGORY(error->sqlerrcode);

	return IsException(error, EXCEPTION_SERIALIZATION) ||
	       IsException(error, EXCEPTION_VALIDATION) || IsConditionFailure(error) ||
	       IsException(error, EXCEPTION_ITEM_COLLECTION_SIZE_LIMIT_EXCEEDED) ||
	       category == ERRCODE_DATA_EXCEPTION ||
	       category == ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION ||
	       category == MAKE_SQLSTATE('P', '0', '0', '0', '0');
}

static void
Refuse(PutBatch *batch, const InputRecord *record, const ErrorData *error)
{
	if (error == NULL || !IsConditionFailure(error))
		batch->failed++;
	batch->refused(batch->state, record, error);
}

/* --- the batch --- */

typedef struct PutWork
{
	PutBatch *batch;
	int from;
	int to;
} PutWork;

static void
PutSome(void *argument)
{
	PutWork *work = argument;
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo put item", ALLOCSET_DEFAULT_SIZES);

	for (int i = work->from; i < work->to; i++)
	{
		MemoryContext caller = MemoryContextSwitchTo(context);

		PutRecord(work->batch, &work->batch->records[i]);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(context);
	}
	MemoryContextDelete(context);
}

/* As a whole: what failed counts nothing. */
static ErrorData *
TryPut(PutBatch *batch, int from, int to)
{
	PutWork work = { batch, from, to };
	int64 written = batch->written;
	int64 put_bytes = batch->put_bytes;
	ErrorData *error = SubtransactionTry(PutSome, &work);

	if (error == NULL)
	{
		batch->done = to;
		batch->processed += to - from;
		return NULL;
	}
	batch->written = written;
	batch->put_bytes = put_bytes;
	return error;
}

/* False where it is to be tried again. */
static bool
PutNext(PutBatch *batch)
{
	const InputRecord *record = &batch->records[batch->done];
	ErrorData *error = NULL;

	if (record->fault == NULL)
	{
		error = TryPut(batch, batch->done, batch->done + 1);
		if (error == NULL)
			return true;
		if (IsTransient(error))
			return false;
		if (!IsOfRecord(error))
			ReThrowError(error);
	}
	Refuse(batch, record, error);
	batch->done++;
	batch->processed++;
	return true;
}

static bool
HasFault(const PutBatch *batch)
{
	for (int i = batch->done; i < batch->count; i++)
		if (batch->records[i].fault != NULL)
			return true;
	return false;
}

/* What one of the records is refused for is found out by trying each. */
static void
TryAll(PutBatch *batch)
{
	ErrorData *error = TryPut(batch, 0, batch->count);

	if (error != NULL && !IsOfRecord(error) && !IsTransient(error))
		ReThrowError(error);
}

bool
PutBatchRun(PutBatch *batch)
{
	MemoryContext caller = MemoryContextSwitchTo(batch->context);
	bool more = true;

	if (batch->done == 0 && !HasFault(batch))
		TryAll(batch);
	while (more && batch->done < batch->count)
	{
		CHECK_FOR_INTERRUPTS();
		more = PutNext(batch);
	}
	MemoryContextSwitchTo(caller);
	return batch->done == batch->count;
}
