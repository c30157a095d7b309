/*
 * GetShardIterator.
 */
#include "operation/stream_operations.h"

#include "change/log/log_read.h"
#include "error/error.h"
#include "operation/stream/readable_stream.h"
#include "operation/stream/shard_iterator.h"

typedef enum IteratorType
{
	TRIM_HORIZON,
	LATEST,
	AT_SEQUENCE_NUMBER,
	AFTER_SEQUENCE_NUMBER
} IteratorType;

static const char *const type_names[] = { "TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER",
	                                      "AFTER_SEQUENCE_NUMBER" };

static IteratorType
TypeOf(const Structure *request)
{
	Bytes name = StructureString(request, member_ShardIteratorType);

	for (int i = 0; i < lengthof(type_names); i++)
		if (BytesEqual(BytesFromCString(type_names[i]), name))
			return i;
	elog(ERROR, "unknown type of a shard iterator: %.*s", BYTES_ARGS(name));
}

/* The number that the two types have which need one. */
static SequenceNumber
ReadNumber(const Structure *request, IteratorType type)
{
	Bytes text = StructureString(request, member_SequenceNumber);
	SequenceNumber number = { 0 };

	if (type < AT_SEQUENCE_NUMBER && text.data != NULL)
		ValidationError(TEXT_SEQUENCE_NUMBER_GIVEN, type_names[type]);
	if (type >= AT_SEQUENCE_NUMBER && text.data == NULL)
		ValidationError(TEXT_SEQUENCE_NUMBER_MISSING, type_names[type]);
	if (text.data != NULL && !SequenceNumberParse(text, &number))
		ValidationError(TEXT_SEQUENCE_NUMBER_INVALID, BYTES_ARGS(text));
	if (type == AFTER_SEQUENCE_NUMBER)
		number.number++;
	return number;
}

static SequenceNumber
Later(const SequenceNumber *one, const SequenceNumber *other)
{
	return SequenceNumberCompare(one, other) > 0 ? *one : *other;
}

/* Of what commits from now on. */
static SequenceNumber
LatestPosition(const StreamShard *shard, const SequenceNumber *captured)
{
	return LogEnd(Max(ShardEpoch(shard, captured), shard->start.epoch));
}

static SequenceNumber
PositionOf(const StreamShard *shard, IteratorType type, const SequenceNumber *number)
{
	SequenceNumber captured = LogCaptured();
	SequenceNumber position =
	    type == LATEST ? LatestPosition(shard, &captured) : Later(number, &shard->start);
	SequenceNumber end = ShardEnd(shard);

	if (type >= AT_SEQUENCE_NUMBER)
		CheckNotTrimmed(shard, &position, &captured);
	return SequenceNumberCompare(&position, &end) > 0 ? end : position;
}

void
RunGetShardIterator(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	ShardIterator iterator = { .arn = StructureString(request, member_StreamArn) };
	Bytes id = StructureString(request, member_ShardId);
	IteratorType type = TypeOf(request);
	SequenceNumber number = ReadNumber(request, type);
	const StreamShard *shard;

	ShardIdCheck(id, "shardId");
	shard = ShardOfId(ReadableStream(context, iterator.arn), id);
	if (shard == NULL)
		RaiseNoShard();
	iterator.shard = shard->number;
	iterator.trim_horizon = type == TRIM_HORIZON;
	iterator.position = PositionOf(shard, type, &number);
	JsonBeginObject(response);
	JsonName(response, "ShardIterator");
	JsonCString(response, ShardIteratorText(&context->identity, &iterator));
	JsonEndObject(response);
}
