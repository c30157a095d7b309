/*
 * Reading batches from the change log.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "change/change_record.h"
#include "change/log/log_read.h"
#include "model/resource_name.h"
#include "storage/catalog/stream.h"
#include "trigger/event_batch.h"

/* What a batch leaves out before others have their turn: changes, and bytes of their records. */
#define MAX_PASSED 1000
#define MAX_PASSED_BYTES (1024 * 1024)

typedef struct BatchReader
{
	const BatchSource *source;
	RecordStream stream;
	RecordForm form;
	EventBatch *batch;
	JsonWriter writer;
	TimestampTz expires;  /* records before are expired; 0: none are */
	MemoryContext record; /* reset for each */
	int limit;
	int64 passed_bytes;
} BatchReader;

/* Whether the filters let the change through. */
static bool
IsWanted(BatchReader *reader, const LoggedChange *change)
{
	MemoryContext caller;
	StringInfoData text;
	JsonWriter writer;
	bool wanted;

	if (reader->source->filters == NULL)
		return true;
	caller = MemoryContextSwitchTo(reader->record);
	initStringInfo(&text);
	JsonWriterInit(&writer, &text, false);
	ChangeRecordWrite(&writer, &reader->stream, change, &reader->form);
	wanted = EventFiltersMatch(reader->source->filters, JsonParse((Bytes){ text.data, text.len }));
	reader->passed_bytes += wanted ? 0 : text.len;
	MemoryContextSwitchTo(caller);
	MemoryContextReset(reader->record);
	return wanted;
}

/* False where the record does not belong into the batch, which ends before it. */
static bool
AddRecord(BatchReader *reader, const LoggedChange *change)
{
	EventBatch *batch = reader->batch;
	bool expired = reader->expires != 0 && change->time < reader->expires;
	int length = batch->event.len;
	bool comma = reader->writer.need_comma;

	if (batch->count > 0 && expired != batch->expired)
		return false;
	ChangeRecordWrite(&reader->writer, &reader->stream, change, &reader->form);
	if (batch->count > 0 && batch->event.len > MAX_BATCH_BYTES)
	{
		batch->event.len = length;
		batch->event.data[length] = '\0';
		reader->writer.need_comma = comma;
		return false;
	}
	if (batch->count == 0)
		batch->oldest = change->time;
	batch->expired = expired;
	batch->sequences[batch->count++] = change->sequence;
	return true;
}

/* The lowest sequence number above. */
static SequenceNumber
Behind(SequenceNumber sequence)
{
	sequence.number++;
	return sequence;
}

static void
ReadRecords(BatchReader *reader, LogCursor *cursor)
{
	EventBatch *batch = reader->batch;
	LoggedChange change;

	while (batch->more && LogCursorNext(cursor, &change))
	{
		CHECK_FOR_INTERRUPTS();
		if (IsWanted(reader, &change))
		{
			if (!AddRecord(reader, &change))
				return;
		}
		else
			batch->passed++;
		batch->end = Behind(change.sequence);
		if (batch->count == reader->limit || batch->passed == MAX_PASSED ||
		    reader->passed_bytes > MAX_PASSED_BYTES)
			return;
	}
	batch->more = false;
	batch->end = LogCursorPosition(cursor);
}

static void
BeginReader(BatchReader *reader, const BatchSource *source, int limit)
{
	int64 age = source->trigger->maximum_record_age;
	const TableStream stream = { .label = source->stream->label };

	*reader = (BatchReader){ .source = source, .limit = limit };
	reader->stream = (RecordStream){ StreamArn(source->stream->table, StreamLabel(&stream)),
		                             source->stream->view, &source->stream->key };
	reader->form.with_arn = true;
	if (age > 0)
		reader->expires = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), -age);
	reader->record = AllocSetContextCreate(CurrentMemoryContext, "dynamo record of a trigger",
	                                       ALLOCSET_DEFAULT_SIZES);
	reader->batch = palloc0_object(EventBatch);
	reader->batch->sequences = palloc_array(SequenceNumber, limit);
	reader->batch->more = true;
	reader->batch->for_jsonb = source->for_jsonb;
	initStringInfo(&reader->batch->event);
	JsonWriterInit(&reader->writer, &reader->batch->event, source->for_jsonb);
	JsonBeginObject(&reader->writer);
	JsonName(&reader->writer, "Records");
	JsonBeginArray(&reader->writer);
}

EventBatch *
EventBatchRead(const BatchSource *source, const SequenceNumber *position, int limit)
{
	const SequenceNumber *end = &source->shard->end;
	SequenceNumber before = *source->captured;
	BatchReader reader;
	LogCursor *cursor;

	BeginReader(&reader, source, limit);
	if (end->epoch != 0 && SequenceNumberCompare(end, &before) < 0)
		before = *end;
	reader.batch->end = *position;
	if (SequenceNumberCompare(position, &before) < 0)
	{
		cursor = LogCursorOpen(source->shard->leaf, source->stream->label, position, &before);
		ReadRecords(&reader, cursor);
		LogCursorClose(cursor);
	}
	else
		reader.batch->more = false;
	reader.batch->at_end =
	    !reader.batch->more && end->epoch != 0 && SequenceNumberCompare(source->captured, end) >= 0;
	if (reader.batch->at_end)
		reader.batch->end = *end;
	JsonEndArray(&reader.writer);
	JsonEndObject(&reader.writer);
	MemoryContextDelete(reader.record);
	return reader.batch;
}
