/*
 * ListStreams.
 */
#include "operation/stream_operations.h"

#include "error/error.h"
#include "operation/access/resource_access.h"
#include "operation/arn.h"
#include "storage/catalog/stream.h"
#include "storage/stream/stream_cache.h"

#define LIST_STREAMS_LIMIT 100

/* A page begins behind this stream. */
typedef struct StreamPlace
{
	Bytes table; /* data NULL: with the first */
	int64 label;
} StreamPlace;

static StreamPlace
StartOf(const Structure *request)
{
	Bytes arn = StructureString(request, member_ExclusiveStartStreamArn);
	StreamPlace place = { { NULL, 0 }, 0 };

	/* The stream need not be there any more, but one like it may have been. */
	if (arn.data != NULL && !StreamArnRead(arn, &place.table, &place.label))
		ValidationError("%s%.*s", TEXT_STREAM_ARN_INVALID, BYTES_ARGS(arn));
	return place;
}

static bool
IsBehind(const StreamRow *row, const StreamPlace *place)
{
	int order;

	if (place->table.data == NULL)
		return true;
	order = BytesCompare(row->table, place->table);
	return order > 0 || (order == 0 && row->label > place->label);
}

static char *
LabelOf(const StreamRow *row)
{
	return StreamLabel(&(TableStream){ .label = row->label });
}

static char *
ArnOf(const StreamRow *row)
{
	return StreamArn(row->table, LabelOf(row));
}

static void
WriteStream(JsonWriter *response, const StreamRow *row)
{
	JsonBeginObject(response);
	JsonName(response, "StreamArn");
	JsonCString(response, ArnOf(row));
	JsonName(response, "TableName");
	JsonString(response, row->table);
	JsonName(response, "StreamLabel");
	JsonCString(response, LabelOf(row));
	JsonEndObject(response);
}

/* Whether the stream at this place of the list is on the page, or one after it. */
static bool
IsListed(const List *rows, int i, const StreamPlace *start)
{
	const StreamRow *row = list_nth(rows, i);
	const StreamRow *next = i + 1 < list_length(rows) ? list_nth(rows, i + 1) : NULL;

	return IsBehind(row, start) &&
	       StreamVisibilityOf(row, StreamIsLatest(row, next)) != STREAM_HIDDEN;
}

void
RunListStreams(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	int limit = StructureInteger(request, member_Limit, LIST_STREAMS_LIMIT);
	StreamPlace start = StartOf(request);
	Bytes table = StructureString(request, member_TableName);
	const StreamRow *last = NULL;
	bool more = false;
	int count = 0;
	List *rows;

	AccessStreams(context, table);
	rows = StreamRowsShown(table);
	JsonBeginObject(response);
	JsonName(response, "Streams");
	JsonBeginArray(response);
	for (int i = 0; i < list_length(rows) && !more; i++)
	{
		if (!IsListed(rows, i, &start))
			continue;
		more = count == limit;
		if (more)
			break;
		last = list_nth(rows, i);
		WriteStream(response, last);
		count++;
	}
	JsonEndArray(response);
	if (more)
	{
		JsonName(response, "LastEvaluatedStreamArn");
		JsonCString(response, ArnOf(last));
	}
	JsonEndObject(response);
}
