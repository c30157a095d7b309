/*
 * See run.h.
 */
#include "transfer/migrate/run.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/latch.h"

#include "item/encoding.h"
#include "session/worker_session.h"
#include "transfer/remote/answer.h"

void
MigrationRunSave(MigrationRun *run)
{
	MemoryContext context = CurrentMemoryContext;
	bool own = !IsTransactionState();

	run->job.position = MigrationPositionText(&run->position);
	if (own)
		WorkerTransactionBegin();
	MigrationSave(&run->job);
	if (own)
		WorkerTransactionCommit();
	MemoryContextSwitchTo(context);
}

void
MigrationPause(long milliseconds)
{
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, milliseconds,
	                 PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
}

char *
KeyText(const MigrationRun *run, const JsonNode *object)
{
	StringInfoData text;
	JsonWriter writer;

	initStringInfo(&text);
	JsonWriterInit(&writer, &text, false);
	JsonBeginObject(&writer);
	for (int i = 0; i < run->key_count; i++)
	{
		AttributeValue value;

		AttributeValueParse(AnswerNeed(object, run->key_names[i], JSON_NODE_OBJECT), &value);
		JsonName(&writer, run->key_names[i]);
		AttributeValueWrite(&writer, &value);
	}
	JsonEndObject(&writer);
	appendStringInfoChar(&text, '\0');
	return text.data;
}

void
KeyWrite(const MigrationRun *run, JsonWriter *writer, const JsonNode *object)
{
	JsonBeginObject(writer);
	for (int i = 0; i < run->key_count; i++)
	{
		JsonName(writer, run->key_names[i]);
		AnswerWrite(writer, AnswerNeed(object, run->key_names[i], JSON_NODE_OBJECT));
	}
	JsonEndObject(writer);
}
