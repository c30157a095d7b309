/*
 * GetRecords.
 *
 * A call that finds nothing is what consumers make most: it reads no table.
 */
#include "operation/stream_operations.h"

#include "change/change_record.h"
#include "change/log/log_read.h"
#include "error/error.h"
#include "operation/stream/readable_stream.h"
#include "operation/stream/shard_iterator.h"

#define MAX_RECORDS 1000
#define MAX_SIZE (1024 * 1024)      /* of keys and images, as items are measured */
#define MAX_TEXT (16 * 1024 * 1024) /* a number may be 45 times as long as its size */

typedef struct RecordPage
{
	const ShardIterator *iterator;
	const KnownStream *stream;
	const StreamShard *shard;
	SequenceNumber end;      /* of the shard */
	SequenceNumber captured; /* before anything is read */
	int limit;
	SequenceNumber position; /* where the next page begins */
} RecordPage;

static RecordStream
RecordStreamOf(const RecordPage *page)
{
	return (RecordStream){ .arn = BytesToCString(page->iterator->arn),
		                   .view = page->stream->row.view,
		                   .key = &page->stream->row.key };
}

/*
 * Writes records until the page is full. One that would make it too large is taken back, but for
 * the first.
 */
static void
WriteFound(RecordPage *page, LogCursor *cursor, JsonWriter *response)
{
	static const RecordForm form = { 0 };
	const RecordStream stream = RecordStreamOf(page);
	int start = response->out->len;
	LoggedChange change;
	int size = 0;

	for (int count = 0; count < page->limit && LogCursorNext(cursor, &change); count++)
	{
		JsonWriter before = *response;
		int length = response->out->len;

		size += ChangeRecordWrite(response, &stream, &change, &form);
		if (count > 0 && (size > MAX_SIZE || response->out->len - start > MAX_TEXT))
		{
			*response = before;
			response->out->len = length;
			response->out->data[length] = '\0';
			break;
		}
		page->position = change.sequence;
		page->position.number++;
	}
}

static void
WriteRecords(RecordPage *page, JsonWriter *response)
{
	LogCursor *cursor;

	/* What began with the oldest record goes on with the oldest that there is. */
	if (!page->iterator->trim_horizon)
		CheckNotTrimmed(page->shard, &page->position, &page->captured);
	cursor = LogCursorOpen(page->shard->leaf, page->stream->row.label, &page->position, &page->end);
	WriteFound(page, cursor, response);
	/* Past what has no records, if the cursor has seen the end. */
	if (LogCursorEnded(cursor))
		page->position = LogCursorPosition(cursor);
	if (LogCursorLostSegment(cursor) && !page->iterator->trim_horizon)
		RaiseTrimmed();
	LogCursorClose(cursor);
}

static void
WriteNext(const Identity *identity, const RecordPage *page, JsonWriter *response)
{
	ShardIterator next = *page->iterator;

	if (SequenceNumberCompare(&page->position, &page->end) >= 0)
		return;
	next.trim_horizon =
	    next.trim_horizon && SequenceNumberCompare(&page->position, &page->iterator->position) == 0;
	next.position = page->position;
	JsonName(response, "NextShardIterator");
	JsonCString(response, ShardIteratorText(identity, &next));
}

void
RunGetRecords(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	ShardIterator iterator =
	    ShardIteratorRead(&context->identity, StructureString(request, member_ShardIterator));
	RecordPage page = { .iterator = &iterator, .position = iterator.position };

	page.stream = ReadableStream(context, iterator.arn);
	page.shard = StreamFindShard(page.stream, iterator.shard);
	if (page.shard == NULL)
		RaiseNoShard();
	page.end = ShardEnd(page.shard);
	page.limit = StructureInteger(request, member_Limit, MAX_RECORDS);
	page.captured = LogCaptured();
	JsonBeginObject(response);
	JsonName(response, "Records");
	JsonBeginArray(response);
	if (LogMayHave(page.shard->leaf, &page.position))
		WriteRecords(&page, response);
	else
		page.position = LogNext(&page.position, &page.end, &page.captured);
	JsonEndArray(response);
	WriteNext(&context->identity, &page, response);
	JsonEndObject(response);
}
