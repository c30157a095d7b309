/*
 * dynamo.stream_catalog: every stream whose records may still be read, also of tables that are
 * gone.
 *
 * Rows, and those of shards (shard_catalog.h), are read under a snapshot of the moment
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

/*
 * Streams whose rows are whole, in the order of names and labels: a list of palloc'd StreamRow.
 * `table`.data NULL: of all tables.
 */
extern List *StreamRows(Bytes table);
/* The same without hidden ones. */
extern List *StreamRowsShown(Bytes table);

extern bool StreamRowFind(Bytes table, int64 label, StreamRow *row);

/*
 * Streams wait for locks of the catalog where another transaction holds one that this one conflicts
 * with, until the transaction ends. False where the extension has no such catalog.
 */
extern bool StreamCatalogLock(LOCKMODE lock);

/* A label for the next stream of the table, above those of its streams. `last` may be NULL. */
extern int64 StreamNextLabel(Bytes table, const TableStream *last);

/* Makes the row alone: StreamBegin (shard_catalog.h) is all of it. */
extern void StreamInsert(const Table *table, const TableStream *stream);

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

/* Forgets a stream, which has no shards any more. */
extern void StreamForget(const StreamRow *row);

extern void StreamSetOwner(const StreamRow *row, Oid owner);
extern void StreamSetTags(const StreamRow *row, Jsonb *tags);

/* For the file that reads broken rows. */
extern const struct RowSource stream_rows;

#endif
