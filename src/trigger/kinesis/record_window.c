/*
 * See record_window.h.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "trigger/kinesis/record_window.h"

typedef struct WindowRecord
{
	char partition_key[KINESIS_KEY_LENGTH + 1]; /* the same for changes of one item */
	Bytes data;
	bool truncates;
	bool taken;
	bool requested;
} WindowRecord;

struct RecordWindow
{
	MemoryContext context;
	int count;
	int taken;
	int requested; /* records of the request, in the order of the window */
	WindowRecord records[WINDOW_RECORDS];
};

/* --- reading --- */

/* 128 bits of a hash of the key, which Kinesis hashes again to find a shard. */
static void
SetPartitionKey(WindowRecord *record, const KeySchema *key, const LoggedChange *change)
{
	StringInfoData text;
	JsonWriter writer;
	uint64 halves[2];

	initStringInfo(&text);
	JsonWriterInit(&writer, &text, false);
	if (!change->truncates)
		ChangeKeysWrite(&writer, key, change);
	for (int i = 0; i < lengthof(halves); i++)
		halves[i] =
		    DatumGetUInt64(hash_any_extended((const unsigned char *) text.data, text.len, i));
	snprintf(record->partition_key, sizeof(record->partition_key), "%016llX%016llX",
	         (unsigned long long) halves[0], (unsigned long long) halves[1]);
	pfree(text.data);
}

/* What is larger than Kinesis takes goes without its old image, and then without both. */
static Bytes
RecordText(const KinesisForm *form, const LoggedChange *change)
{
	KinesisForm smaller = *form;
	StringInfoData text;
	JsonWriter writer;

	initStringInfo(&text);
	for (;;)
	{
		resetStringInfo(&text);
		JsonWriterInit(&writer, &text, false);
		KinesisRecordWrite(&writer, &smaller, change);
		if (text.len <= KINESIS_MAX_RECORD_BYTES || !smaller.new_image)
			return (Bytes){ text.data, text.len };
		smaller.new_image = smaller.old_image;
		smaller.old_image = false;
	}
}

static void
AddRecord(RecordWindow *window, const KinesisForm *form, const LoggedChange *change)
{
	WindowRecord *record = &window->records[window->count++];

	SetPartitionKey(record, form->key, change);
	record->data = RecordText(form, change);
	record->truncates = change->truncates;
}

static SequenceNumber
Behind(SequenceNumber sequence)
{
	sequence.number++;
	return sequence;
}

/* Returns where reading goes on. */
static SequenceNumber
ReadChanges(RecordWindow *window, const KinesisForm *form, LogCursor *cursor)
{
	LoggedChange change;
	int64 bytes = 0;

	while (LogCursorNext(cursor, &change))
	{
		CHECK_FOR_INTERRUPTS();
		AddRecord(window, form, &change);
		bytes += window->records[window->count - 1].data.length;
		if (window->count == WINDOW_RECORDS || bytes > WINDOW_BYTES)
			return Behind(change.sequence);
	}
	return LogCursorPosition(cursor);
}

RecordWindow *
RecordWindowRead(MemoryContext parent, const KinesisForm *form, Oid leaf,
                 const SequenceNumber *from, const SequenceNumber *before, SequenceNumber *end,
                 bool *lost)
{
	MemoryContext context =
	    AllocSetContextCreate(parent, "records for Kinesis", ALLOCSET_DEFAULT_SIZES);
	RecordWindow *window = MemoryContextAllocZero(context, sizeof(RecordWindow));
	LogCursor *cursor = LogCursorOpen(leaf, LOG_ANY_LABEL, from, before);
	MemoryContext caller = MemoryContextSwitchTo(context);

	window->context = context;
	*end = ReadChanges(window, form, cursor);
	MemoryContextSwitchTo(caller);
	*lost = LogCursorLostSegment(cursor);
	LogCursorClose(cursor);
	if (window->count > 0)
		return window;
	RecordWindowFree(window);
	return NULL;
}

/* --- sending --- */

/* Whether a record of the same item before is not taken yet. */
static bool
Waits(const RecordWindow *window, int which)
{
	const WindowRecord *record = &window->records[which];

	for (int i = 0; i < which; i++)
	{
		const WindowRecord *before = &window->records[i];

		if (!before->taken && (before->truncates || record->truncates ||
		                       strcmp(before->partition_key, record->partition_key) == 0))
			return true;
	}
	return false;
}

Bytes
RecordWindowRequest(RecordWindow *window, const KinesisStream *stream)
{
	StringInfoData body;

	initStringInfo(&body);
	KinesisPutBegin(&body, stream);
	window->requested = 0;
	for (int i = 0; i < window->count; i++)
	{
		WindowRecord *record = &window->records[i];

		record->requested = !record->taken && !Waits(window, i);
		if (!record->requested)
			continue;
		KinesisPutAppend(&body, record->partition_key, record->data);
		window->requested++;
	}
	KinesisPutEnd(&body);
	return (Bytes){ body.data, body.len };
}

int
RecordWindowRequested(const RecordWindow *window)
{
	return window->requested;
}

void
RecordWindowTake(RecordWindow *window, const bool *taken)
{
	int next = 0;

	for (int i = 0; i < window->count; i++)
	{
		WindowRecord *record = &window->records[i];

		if (!record->requested)
			continue;
		record->requested = false;
		if (!taken[next++])
			continue;
		record->taken = true;
		window->taken++;
		pfree((void *) record->data.data);
	}
	window->requested = 0;
}

int
RecordWindowCount(const RecordWindow *window)
{
	return window->count;
}

bool
RecordWindowIsBegun(const RecordWindow *window)
{
	return window->taken > 0;
}

bool
RecordWindowIsDone(const RecordWindow *window)
{
	return window->taken == window->count;
}

void
RecordWindowFree(RecordWindow *window)
{
	MemoryContextDelete(window->context);
}
