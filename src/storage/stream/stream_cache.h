/*
 * What a backend knows of streams, so that those who poll them touch no table.
 *
 * A stream is read when it is asked for first, and all are forgotten where a stream or a shard has
 * changed, which relcache invalidations of the two tables tell, or where they have become many.
 */
#ifndef DYNAMO_STREAM_CACHE_H
#define DYNAMO_STREAM_CACHE_H

#include "storage/stream/shard_catalog.h"

typedef struct KnownStream
{
	StreamRow row;
	bool latest; /* of its table: DescribeTable tells its label to every role */
	int shard_count;
	StreamShard *shards; /* in the order of their numbers */
} KnownStream;

typedef enum StreamVisibility
{
	STREAM_READABLE,
	STREAM_KNOWN, /* the current role may learn of it, but read nothing */
	STREAM_HIDDEN /* as if it were not there */
} StreamVisibility;

/* The stream, or NULL; good until the next call. */
extern const KnownStream *StreamFind(Bytes table, int64 label);

/* The shard of the number, or NULL. */
extern const StreamShard *StreamFindShard(const KnownStream *stream, int64 number);

/* What the current role may do with a stream, which is the latest of its table or not. */
extern StreamVisibility StreamVisibilityOf(const StreamRow *row, bool latest);

/* Whether the stream after which `next` comes in StreamRows (NULL: none) is its table's latest. */
extern bool StreamIsLatest(const StreamRow *row, const StreamRow *next);

#endif
