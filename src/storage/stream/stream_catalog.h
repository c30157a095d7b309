/*
 * dynamo.stream_catalog and dynamo.stream_shard: every stream whose records may still be read, also
 * of tables that are gone, and its shards.
 *
 * A shard is the changes of one leaf between two sequence numbers. Ranges of a leaf's shards do not
 * overlap; the next is the child of the one before. Rows are written with simple heap operations by
 * those who change a table's stream, and by upkeep; readers cache them
 * (storage/stream/stream_cache.h). A writer holds what CatalogUpdate wants for the table.
 */
#ifndef DYNAMO_STREAM_CATALOG_H
#define DYNAMO_STREAM_CATALOG_H

#include "storage/relation/table.h"
#include "storage/stream/sequence_number.h"

#include "nodes/pg_list.h"

typedef struct StreamRow
{
	Bytes table; /* name */
	int64 label;
	Oid relation; /* of the table, which may be gone */
	Oid owner;    /* of the table when it went */
	StreamView view;
	KeySchema key;
	TimestampTz created;
	TimestampTz disabled; /* 0: enabled */
	bool changes_missing; /* ended because some may have been lost */
} StreamRow;

typedef struct StreamShard
{
	int64 number; /* unique in the database, growing */
	int64 parent; /* 0: none */
	int leaf_number;
	Oid leaf;
	TimestampTz opened;
	SequenceNumber start; /* inclusive */
	SequenceNumber end;   /* exclusive; epoch 0: open */
} StreamShard;

/* Streams in the order of names and labels: a list of palloc'd StreamRow. `table`.data NULL: all.
 */
extern List *StreamRows(Bytes table);
extern bool StreamRowFind(Bytes table, int64 label, StreamRow *row);

/* A stream's shards in the order of their numbers: a list of palloc'd StreamShard. */
extern List *StreamShards(Bytes table, int64 label);

/* Makes the row and a shard for each leaf, which begins at the current end of WAL. */
extern void StreamBegin(const Table *table, const TableStream *stream);

/* The stream is disabled, at once; its shards are closed by StreamClose once that has committed. */
extern void StreamEnd(Bytes table, int64 label, Oid owner, bool changes_missing);

/* "shardId-" and so on; palloc'd. StreamShardParse returns false for what is no such id. */
extern char *StreamShardId(const StreamShard *shard);
extern bool StreamShardIdParse(Bytes id, int64 *number);

#endif
