/*
 * The streams and shards that requests name, for those who may read them.
 */
#ifndef DYNAMO_READABLE_STREAM_H
#define DYNAMO_READABLE_STREAM_H

#include "compat.h"
#include "operation/context.h"
#include "storage/stream/stream_cache.h"

/*
 * The stream of the ARN, for the operation's action; good until the next call. Raises
 * ValidationException for what is no ARN of a stream, AccessDeniedException where policies do not
 * allow the action, insufficient_privilege where the current role may know of the stream, but not
 * read it, and otherwise ResourceNotFoundException.
 */
extern const KnownStream *ReadableStream(const OperationContext *context, Bytes arn);

/* The same of a stream that is named otherwise. */
extern const KnownStream *ReadableStreamOf(const OperationContext *context, Bytes table,
                                           int64 label, Bytes arn);

/* Raises ValidationException, which names the member, for what is no id of a shard. */
extern void ShardIdCheck(Bytes id, const char *member);

/* The shard of a well-formed id, or NULL. */
extern const StreamShard *ShardOfId(const KnownStream *stream, Bytes id);

pg_noreturn extern void RaiseNoShard(void);

/* Above all that the shard has, but what an open one is yet to have. */
extern SequenceNumber ShardEnd(const StreamShard *shard);

/*
 * The epoch that the shard's changes are of, where the log is complete up to `captured`; 0: not
 * known yet. A stream that begins one has shards which are older, and it ends with it.
 */
extern uint32 ShardEpoch(const StreamShard *shard, const SequenceNumber *captured);

/* Raises TrimmedDataAccessException where retention has dropped what the position stands at. */
extern void CheckNotTrimmed(const StreamShard *shard, const SequenceNumber *position,
                            const SequenceNumber *captured);

pg_noreturn extern void RaiseTrimmed(void);

#endif
