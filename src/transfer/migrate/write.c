/*
 * See write.h.
 */
#include "transfer/migrate/write.h"

#include "session/worker_session.h"
#include "transfer/migrate/anonymize.h"
#include "transfer/remote/answer.h"

#define ITEMS_OF_BATCH 25
#define BYTES_OF_BATCH (8 * 1024 * 1024) /* of a request's text; 16 MB are allowed */
#define TRIES 12
#define FIRST_PAUSE 50 /* ms */
#define LAST_PAUSE 2000

/* --- requests --- */

static void
WriteChange(const MigrationRun *run, JsonWriter *writer, const ItemChange *change)
{
	JsonBeginObject(writer);
	JsonName(writer, change->item != NULL ? "PutRequest" : "DeleteRequest");
	JsonBeginObject(writer);
	JsonName(writer, change->item != NULL ? "Item" : "Key");
	if (change->item != NULL)
		AnswerWrite(writer, change->item);
	else
		KeyWrite(run, writer, change->key);
	JsonEndObject(writer);
	JsonEndObject(writer);
}

/* A request of changes from `from` on; where the next one begins. */
static int
FillBatch(const MigrationRun *run, ApiCall *call, const ItemChange *changes, int from, int count)
{
	JsonWriter writer;
	int i = from;

	ApiCallBegin(call, "BatchWriteItem", &writer);
	JsonName(&writer, "RequestItems");
	JsonBeginObject(&writer);
	JsonName(&writer, run->target.table);
	JsonBeginArray(&writer);
	while (i < count && i < from + ITEMS_OF_BATCH && call->request.len < BYTES_OF_BATCH)
		WriteChange(run, &writer, &changes[i++]);
	JsonEndArray(&writer);
	JsonEndObject(&writer);
	ApiCallEnd(&writer);
	return i;
}

static int
FillBatches(const MigrationRun *run, ApiCall *calls, const ItemChange *changes, int count)
{
	int batches = 0;

	for (int i = 0; i < count;)
		i = FillBatch(run, &calls[batches++], changes, i, count);
	return batches;
}

/* Makes requests of what is unprocessed of the first ones; how many. */
static int
FillUnprocessed(const MigrationRun *run, ApiCall *calls, int count)
{
	int left = 0;

	for (int i = 0; i < count; i++)
	{
		const JsonNode *items = AnswerMember(calls[i].answer, "UnprocessedItems", JSON_NODE_OBJECT);
		ApiCall call;
		JsonWriter writer;

		if (items == NULL || AnswerCount(items, run->target.table) == 0)
			continue;
		ApiCallBegin(&call, "BatchWriteItem", &writer);
		JsonName(&writer, "RequestItems");
		AnswerWrite(&writer, items);
		ApiCallEnd(&writer);
		calls[left++] = call;
	}
	return left;
}

/* --- writing --- */

/*
 * What could be written of the batches is committed, also where some is left: to write it again
 * changes nothing. The migration is saved with the last of it.
 */
static int
WriteBatches(MigrationRun *run, ApiCall *calls, int count)
{
	MemoryContext context = CurrentMemoryContext;
	bool here = run->target.remote == NULL;
	int left;

	if (here)
		WorkerTransactionBegin();
	MemoryContextSwitchTo(context);
	SideRun(&run->target, calls, count);
	left = FillUnprocessed(run, calls, count);
	if (left == 0)
		MigrationRunSave(run);
	if (here)
		WorkerTransactionCommit();
	MemoryContextSwitchTo(context);
	return left;
}

void
ChangesWrite(MigrationRun *run, ItemChange *changes, int count)
{
	ApiCall *calls = palloc_array(ApiCall, count + 1);
	int left;

	AnonymizeChanges(run, changes, count);
	left = FillBatches(run, calls, changes, count);
	for (int try = 0; (left = WriteBatches(run, calls, left)) > 0; try++)
	{
		if (try == TRIES)
			ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_RESOURCES),
			                errmsg("the target does not take the items that it is sent"),
			                errhint("Its throughput may be too low.")));
		MigrationPause(Min(FIRST_PAUSE << try, LAST_PAUSE));
	}
}
