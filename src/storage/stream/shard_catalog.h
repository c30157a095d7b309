/*
 * dynamo.stream_shard: the shards of streams.
 *
 * A shard is the changes of one leaf between two sequence numbers. Ranges of a leaf's shards do not
 * overlap; the next is the child of the one before. How rows are read and written says
 * stream_catalog.h.
 */
#ifndef DYNAMO_SHARD_CATALOG_H
#define DYNAMO_SHARD_CATALOG_H

#include "storage/stream/sequence_number.h"
#include "storage/stream/stream_catalog.h"

typedef struct StreamShard
{
	int64 number; /* unique in the database, growing */
	int64 parent; /* 0: none */
	int leaf_number;
	Oid leaf;
	TimestampTz opened;
	SequenceNumber start; /* inclusive */
	SequenceNumber end;   /* exclusive; epoch 0: open */
	TimestampTz closed;   /* 0: open */
} StreamShard;

/* A stream's shards in the order of their numbers: a list of palloc'd StreamShard. */
extern List *StreamShards(Bytes table, int64 label);
/* The same without those whose rows are broken. */
extern List *StreamShardsReadable(const StreamRow *row);

/* Makes the row and a shard for each leaf, which begins at the current end of WAL. */
extern void StreamBegin(const Table *table, const TableStream *stream);

/* Closes those shards of a stream that are open, with what is below `end`. */
extern void StreamClose(const StreamRow *row, const SequenceNumber *end);

/* Closes an open shard and opens its child where that ends. */
extern void StreamShardRoll(const StreamRow *row, const StreamShard *shard,
                            const SequenceNumber *end);

extern void StreamShardForget(const StreamRow *row, const StreamShard *shard);

/*
 * "shardId-", when the shard was opened, and its number; palloc'd. In the order of opening.
 * StreamShardIdParse returns false for what is no such id.
 */
extern char *StreamShardId(const StreamShard *shard);
extern bool StreamShardIdParse(Bytes id, int64 *number);

/* For the file that reads broken rows. */
extern const struct RowSource shard_rows;

#endif
