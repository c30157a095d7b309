/*
 * dynamo.stream_catalog and dynamo.stream_shard: every stream whose records may still be read, also
 * of tables that are gone, and its shards.
 *
 * A shard is the changes of one leaf between two sequence numbers. Ranges of a leaf's shards do not
 * overlap; the next is the child of the one before. Rows are read under a snapshot of the moment
 * and written with simple heap operations, by those who change a table's stream and by upkeep. Each
 * write of shards or of a stream invalidates its table in relation caches, so that readers may keep
 * what they have read (storage/stream/stream_cache.h). A writer holds what CatalogUpdate wants for
 * the table, where there is one.
 *
 * What is read may have been written by a superuser, or come with a dump: what is wrong raises
 * data_corrupted for those who ask for the one stream, and is left out of lists.
 */
#ifndef DYNAMO_STREAM_CATALOG_H
#define DYNAMO_STREAM_CATALOG_H

#include "storage/relation/table.h"
#include "storage/stream/sequence_number.h"

#include "nodes/pg_list.h"
#include "storage/lockdefs.h"

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
	bool hidden;          /* of destinations alone */
	Jsonb *tags;          /* NULL: none yet */
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
	TimestampTz closed;   /* 0: open */
} StreamShard;

/*
 * Streams whose rows are whole, in the order of names and labels: a list of palloc'd StreamRow.
 * `table`.data NULL: of all tables.
 */
extern List *StreamRows(Bytes table);
/* The same without hidden ones. */
extern List *StreamRowsShown(Bytes table);

extern bool StreamRowFind(Bytes table, int64 label, StreamRow *row);

/* A stream's shards in the order of their numbers: a list of palloc'd StreamShard. */
extern List *StreamShards(Bytes table, int64 label);
/* The same without those whose rows are broken. */
extern List *StreamShardsReadable(const StreamRow *row);

/* Calls `visit` for each row that is broken: of which table of the extension, and which stream. */
typedef void (*StreamBrokenVisitor)(const char *catalog, Bytes table, int64 label,
                                    ErrorData *fault);
extern void StreamsVisitBroken(StreamBrokenVisitor visit);
/* Such a visitor: raises a WARNING. */
extern void StreamWarnOfBroken(const char *catalog, Bytes table, int64 label, ErrorData *fault);

/*
 * Streams wait for locks of the catalog where another transaction holds one that this one conflicts
 * with, until the transaction ends. False where the extension has no such catalog.
 */
extern bool StreamCatalogLock(LOCKMODE lock);

/* A label for the next stream of the table, above those of its streams. `last` may be NULL. */
extern int64 StreamNextLabel(Bytes table, const TableStream *last);

/* Makes the row and a shard for each leaf, which begins at the current end of WAL. */
extern void StreamBegin(const Table *table, const TableStream *stream);

/*
 * The stream is disabled, at once; its shards are closed by StreamClose once that has committed.
 * Where there is no such stream, or it is disabled, nothing is done, and false returned.
 */
extern bool StreamEnd(Bytes table, int64 label, Oid owner, bool changes_missing);

/* The same of the enabled streams of a relation that the current command drops; whether one was. */
extern bool StreamEndDropped(Oid relation);

/*
 * Locks the stream's row to the transaction's end, without waiting: an owner may hold it for long.
 * False where another transaction holds it, or it is not as it was when `row` was read: gone,
 * disabled or changed.
 */
extern bool StreamTryLock(const StreamRow *row);

/* Changes of the stream, which is disabled, are missing. */
extern void StreamNoteMissing(const StreamRow *row);

/* Closes those shards of a stream that are open, with what is below `end`. */
extern void StreamClose(const StreamRow *row, const SequenceNumber *end);

/* Closes an open shard and opens its child where that ends. */
extern void StreamShardRoll(const StreamRow *row, const StreamShard *shard,
                            const SequenceNumber *end);

extern void StreamShardForget(const StreamRow *row, const StreamShard *shard);

/* Forgets a stream, which has no shards any more. */
extern void StreamForget(const StreamRow *row);

extern void StreamSetOwner(const StreamRow *row, Oid owner);
extern void StreamSetTags(const StreamRow *row, Jsonb *tags);

/*
 * "shardId-", when the shard was opened, and its number; palloc'd. In the order of opening.
 * StreamShardIdParse returns false for what is no such id.
 */
extern char *StreamShardId(const StreamShard *shard);
extern bool StreamShardIdParse(Bytes id, int64 *number);

#endif
