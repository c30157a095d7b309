/*
 * DescribeStream.
 */
#include "operation/stream_operations.h"

#include "utils/timestamp.h"

#include "error/error.h"
#include "json/json_member.h"
#include "text/unix_time.h"
#include "model/resource_name.h"
#include "operation/stream/readable_stream.h"
#include "storage/catalog/stream.h"
#include "storage/stream/stream_status.h"

#define DESCRIBE_STREAM_LIMIT 100

/* The shards that a request asks for. */
typedef struct ShardPage
{
	Bytes start;   /* data NULL: from the first, else behind this id */
	bool children; /* of `parent` alone */
	int64 parent;
	int limit;
} ShardPage;

/* A shard that is to be described. */
typedef struct ListedShard
{
	const StreamShard *shard;
	char *id;
} ListedShard;

/* --- the request --- */

/* Raises ValidationException; data NULL where there is no filter. */
static Bytes
ReadFilter(const Structure *request)
{
	const Structure *filter = StructureStructure(request, member_ShardFilter);
	Bytes id = { NULL, 0 };

	if (filter == NULL)
		return id;
	id = StructureString(filter, member_ShardId);
	if (!StructureHas(filter, MEMBER_Type))
		ValidationError(TEXT_SHARD_FILTER_NO_TYPE);
	if (id.data == NULL)
		ValidationError(TEXT_SHARD_FILTER_NO_SHARD);
	ShardIdCheck(id, "shardFilter.shardId");
	return id;
}

static Bytes
ReadStart(const Structure *request)
{
	Bytes id = StructureString(request, member_ExclusiveStartShardId);

	if (id.data != NULL)
		ShardIdCheck(id, "exclusiveStartShardId");
	return id;
}

static ShardPage
PageOf(const Structure *request, const KnownStream *stream, Bytes start, Bytes parent)
{
	ShardPage page = { .start = start, .children = parent.data != NULL };
	const StreamShard *shard = page.children ? ShardOfId(stream, parent) : NULL;

	page.parent = shard != NULL ? shard->number : -1;
	page.limit = StructureInteger(request, member_Limit, DESCRIBE_STREAM_LIMIT);
	return page;
}

static bool
IsOnPage(const ListedShard *listed, const ShardPage *page)
{
	if (page->children && listed->shard->parent != page->parent)
		return false;
	return page->start.data == NULL || BytesCompare(BytesFromCString(listed->id), page->start) > 0;
}

static int
CompareIds(const void *one, const void *other)
{
	return strcmp(((const ListedShard *) one)->id, ((const ListedShard *) other)->id);
}

/* Those of the page and of the ones after it, in order. */
static ListedShard *
ListShards(const KnownStream *stream, const ShardPage *page, int *count)
{
	ListedShard *shards = palloc_array(ListedShard, Max(stream->shard_count, 1));

	*count = 0;
	for (int i = 0; i < stream->shard_count; i++)
	{
		ListedShard listed = { &stream->shards[i], StreamShardId(&stream->shards[i]) };

		if (IsOnPage(&listed, page))
			shards[(*count)++] = listed;
	}
	qsort(shards, *count, sizeof(ListedShard), CompareIds);
	return shards;
}

/* --- the answer --- */

static const char *
StatusOf(const KnownStream *stream)
{
	List *shards = NIL;

	for (int i = 0; i < stream->shard_count; i++)
		shards = lappend(shards, &stream->shards[i]);
	return StreamStatusName(StreamStatusOf(&stream->row, shards));
}

static void
WriteKeyAttribute(JsonWriter *response, const KeyAttribute *attribute, const char *type)
{
	JsonBeginObject(response);
	JsonName(response, "AttributeName");
	JsonString(response, attribute->name);
	JsonCStringMember(response, "KeyType", type);
	JsonEndObject(response);
}

static void
WriteKeySchema(JsonWriter *response, const KeySchema *key)
{
	JsonName(response, "KeySchema");
	JsonBeginArray(response);
	WriteKeyAttribute(response, &key->partition[0], "HASH");
	if (key->sort_count > 0)
		WriteKeyAttribute(response, &key->sort[0], "RANGE");
	JsonEndArray(response);
}

static void
WriteShard(JsonWriter *response, const KnownStream *stream, const ListedShard *listed)
{
	const StreamShard *shard = listed->shard;
	const StreamShard *parent = StreamFindShard(stream, shard->parent);

	JsonBeginObject(response);
	JsonCStringMember(response, "ShardId", listed->id);
	JsonName(response, "SequenceNumberRange");
	JsonBeginObject(response);
	JsonCStringMember(response, "StartingSequenceNumber", SequenceNumberText(&shard->start));
	if (shard->end.epoch != 0)
		JsonCStringMember(response, "EndingSequenceNumber", SequenceNumberText(&shard->end));
	JsonEndObject(response);
	/* As in the service, where the parent may be gone. */
	if (parent != NULL)
		JsonCStringMember(response, "ParentShardId", StreamShardId(parent));
	JsonEndObject(response);
}

static void
WriteShards(JsonWriter *response, const KnownStream *stream, const ShardPage *page)
{
	int count;
	ListedShard *shards = ListShards(stream, page, &count);
	int shown = Min(count, page->limit);

	JsonName(response, "Shards");
	JsonBeginArray(response);
	for (int i = 0; i < shown; i++)
		WriteShard(response, stream, &shards[i]);
	JsonEndArray(response);
	if (count > shown)
		JsonCStringMember(response, "LastEvaluatedShardId", shards[shown - 1].id);
}

static void
WriteDescription(JsonWriter *response, const KnownStream *stream, const ShardPage *page)
{
	char *label = StreamLabel(&(TableStream){ .label = stream->row.label });

	JsonBeginObject(response);
	JsonCStringMember(response, "StreamArn", StreamArn(stream->row.table, label));
	JsonCStringMember(response, "StreamLabel", label);
	JsonCStringMember(response, "StreamStatus", StatusOf(stream));
	JsonCStringMember(response, "StreamViewType", StreamViewName(stream->row.view));
	JsonTimeMember(response, "CreationRequestDateTime", UnixMilliseconds(stream->row.created));
	JsonName(response, "TableName");
	JsonString(response, stream->row.table);
	WriteKeySchema(response, &stream->row.key);
	WriteShards(response, stream, page);
	JsonEndObject(response);
}

void
RunDescribeStream(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	Bytes parent = ReadFilter(request);
	Bytes start = ReadStart(request);
	const KnownStream *stream = ReadableStream(context, StructureString(request, member_StreamArn));
	ShardPage page = PageOf(request, stream, start, parent);

	JsonBeginObject(response);
	JsonName(response, "StreamDescription");
	WriteDescription(response, stream, &page);
	JsonEndObject(response);
}
