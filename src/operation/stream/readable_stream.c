/*
 * Finds streams and shards for requests.
 */
#include "operation/stream/readable_stream.h"

#include <ctype.h>

#include "change/log/log_read.h"
#include "error/error.h"
#include "operation/access/resource_access.h"
#include "operation/arn.h"

pg_noreturn static void
RaiseNoStream(Bytes arn)
{
	DynamoError(EXCEPTION_RESOURCE_NOT_FOUND, TEXT_NO_STREAM, BYTES_ARGS(arn));
}

const KnownStream *
ReadableStreamOf(const OperationContext *context, Bytes table, int64 label, Bytes arn)
{
	const KnownStream *stream = StreamFind(table, label);

	AccessStream(context, NULL, table, label, stream != NULL ? &stream->row : NULL);
	if (stream == NULL)
		RaiseNoStream(arn);
	switch (StreamVisibilityOf(&stream->row, stream->latest))
	{
		case STREAM_READABLE:
			return stream;
		case STREAM_KNOWN:
			ereport(
			    ERROR,
			    (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			     errmsg("permission denied for the changes of table \"%.*s\"", BYTES_ARGS(table)),
			     errdetail("A stream is read with SELECT on the table, and where no row-level"
			               " security applies to the role.")));
		case STREAM_HIDDEN:
			break;
	}
	RaiseNoStream(arn);
}

const KnownStream *
ReadableStream(const OperationContext *context, Bytes arn)
{
	Bytes table;
	int64 label;

	if (!StreamArnRead(arn, &table, &label))
		RaiseNoStream(arn);
	return ReadableStreamOf(context, table, label, arn);
}

/* "shardId-", 20 digits, "-", and 1 to 36 letters or digits. */
static bool
IsShardId(Bytes id)
{
	static const char prefix[] = "shardId-";
	int dash = strlen(prefix) + 20;

	if (id.length < dash + 2 || id.length > dash + 37 || id.data[dash] != '-' ||
	    memcmp(id.data, prefix, strlen(prefix)) != 0)
		return false;
	for (int i = strlen(prefix); i < id.length; i++)
	{
		unsigned char c = id.data[i];

		if (i < dash ? !isdigit(c) : i > dash && (c > 127 || !isalnum(c)))
			return false;
	}
	return true;
}

void
ShardIdCheck(Bytes id, const char *member)
{
	if (!IsShardId(id))
		ValidationError(TEXT_SHARD_ID_INVALID, BYTES_ARGS(id), member);
}

const StreamShard *
ShardOfId(const KnownStream *stream, Bytes id)
{
	const StreamShard *shard;
	int64 number;

	if (!StreamShardIdParse(id, &number))
		return NULL;
	shard = StreamFindShard(stream, number);
	/* The time in it has to be the shard's, too. */
	return shard != NULL && BytesEqual(BytesFromCString(StreamShardId(shard)), id) ? shard : NULL;
}

void
RaiseNoShard(void)
{
	DynamoError(EXCEPTION_RESOURCE_NOT_FOUND, TEXT_NO_SHARD);
}

SequenceNumber
ShardEnd(const StreamShard *shard)
{
	if (shard->end.epoch != 0)
		return shard->end;
	return (SequenceNumber){ .epoch = PG_UINT32_MAX };
}

/* Of what lies below. */
static uint32
EpochBelow(const SequenceNumber *bound)
{
	bool is_beginning = bound->commit == InvalidXLogRecPtr && bound->number == 0;

	return is_beginning && bound->epoch > 0 ? bound->epoch - 1 : bound->epoch;
}

uint32
ShardEpoch(const StreamShard *shard, const SequenceNumber *captured)
{
	return EpochBelow(shard->end.epoch != 0 ? &shard->end : captured);
}

void
RaiseTrimmed(void)
{
	DynamoError(EXCEPTION_TRIMMED_DATA_ACCESS, TEXT_TRIMMED);
}

void
CheckNotTrimmed(const StreamShard *shard, const SequenceNumber *position,
                const SequenceNumber *captured)
{
	SequenceNumber begin = { .epoch = ShardEpoch(shard, captured) };
	SequenceNumber oldest = LogOldest();

	if (SequenceNumberCompare(position, &begin) > 0)
		begin = *position;
	if (SequenceNumberCompare(&begin, &oldest) < 0)
		RaiseTrimmed();
}
