/*
 * Streams that a backend has read.
 */
#include "storage/stream/stream_cache.h"

#include "catalog/namespace.h"
#include "storage/sinval.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "storage/query/ddl.h"
#include "storage/query/relation_name.h"
#include "storage/stream/stream_access.h"

#define MAX_TABLE_NAME 255
#define MAX_KNOWN_SHARDS 20000 /* of all streams, each some 100 bytes */

typedef struct StreamKey
{
	int64 label;
	char table[MAX_TABLE_NAME + 1];
} StreamKey;

typedef struct CacheEntry
{
	StreamKey key;
	KnownStream *stream;
} CacheEntry;

static HTAB *entries; /* NULL: nothing is known */
static MemoryContext cache_context;
static bool stale;
static int known_shards;
static Oid catalog_relation;
static Oid shard_relation;

/* Runs at any moment that takes invalidations: only sets a flag. */
static void
Invalidate(Datum argument, Oid relation)
{
	if (!OidIsValid(relation) || relation == catalog_relation || relation == shard_relation)
		stale = true;
}

static void
CreateCache(void)
{
	static bool registered = false;
	HASHCTL control = { .keysize = sizeof(StreamKey), .entrysize = sizeof(CacheEntry) };

	if (!registered)
		CacheRegisterRelcacheCallback(Invalidate, (Datum) 0);
	registered = true;
	entries = NULL;
	if (cache_context != NULL)
		MemoryContextReset(cache_context);
	else
		cache_context =
		    AllocSetContextCreate(CacheMemoryContext, "dynamo streams", ALLOCSET_DEFAULT_SIZES);
	control.hcxt = cache_context;
	known_shards = 0;
	stale = false; /* reading the tables may set it again */
	catalog_relation = DynamoRelation(FUNCTION_SCHEMA, "stream_catalog");
	shard_relation = DynamoRelation(FUNCTION_SCHEMA, "stream_shard");
	entries = hash_create("dynamo streams", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

bool
StreamIsLatest(const StreamRow *row, const StreamRow *next)
{
	return next == NULL || next->relation != row->relation || !BytesEqual(next->table, row->table);
}

/* Reads the row; false where there is none. */
static bool
ReadRow(KnownStream *stream, Bytes table, int64 label)
{
	List *rows = StreamRowsShown(table);

	for (int i = 0; i < list_length(rows); i++)
	{
		const StreamRow *row = list_nth(rows, i);

		if (row->label != label)
			continue;
		stream->row = *row;
		stream->latest =
		    StreamIsLatest(row, i + 1 < list_length(rows) ? list_nth(rows, i + 1) : NULL);
		return true;
	}
	return false;
}

static void
ReadShards(KnownStream *stream)
{
	List *shards = StreamShards(stream->row.table, stream->row.label);
	ListCell *cell;

	stream->shards = palloc_array(StreamShard, list_length(shards));
	foreach (cell, shards)
		stream->shards[stream->shard_count++] = *(const StreamShard *) lfirst(cell);
	list_free_deep(shards);
}

/* NULL where there is no such stream. */
static KnownStream *
ReadStream(Bytes table, int64 label)
{
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo stream", ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	KnownStream *stream = palloc0_object(KnownStream);
	bool found = ReadRow(stream, table, label);

	if (found)
		ReadShards(stream);
	MemoryContextSwitchTo(caller);
	if (found)
		MemoryContextSetParent(context, cache_context);
	else
		MemoryContextDelete(context);
	return found ? stream : NULL;
}

static KnownStream *
EnterStream(const StreamKey *key, Bytes table)
{
	KnownStream *stream = ReadStream(table, key->label);
	CacheEntry *entry;

	if (stream == NULL)
		return NULL;
	known_shards += stream->shard_count + 1;
	entry = hash_search(entries, key, HASH_ENTER, NULL);
	entry->stream = stream;
	return stream;
}

const KnownStream *
StreamFind(Bytes table, int64 label)
{
	StreamKey key = { .label = label };
	const CacheEntry *entry;

	if (table.length > MAX_TABLE_NAME)
		return NULL;
	memcpy(key.table, table.data, table.length);
	AcceptInvalidationMessages();
	if (entries == NULL || stale || known_shards > MAX_KNOWN_SHARDS)
		CreateCache();
	entry = hash_search(entries, &key, HASH_FIND, NULL);
	return entry != NULL ? entry->stream : EnterStream(&key, table);
}

static int
CompareNumbers(const void *one, const void *other)
{
	int64 first = ((const StreamShard *) one)->number;
	int64 second = ((const StreamShard *) other)->number;

	return first < second ? -1 : first > second;
}

const StreamShard *
StreamFindShard(const KnownStream *stream, int64 number)
{
	StreamShard wanted = { .number = number };

	return bsearch(&wanted, stream->shards, stream->shard_count, sizeof(StreamShard),
	               CompareNumbers);
}

/* Oids come round: the relation has to be that of the name. */
static bool
TableExists(const StreamRow *row)
{
	Oid schema = get_rel_namespace(row->relation);
	char *name = get_rel_name(row->relation);

	return name != NULL && strcmp(name, TableRelationName(row->table)) == 0 &&
	       schema == get_namespace_oid(TABLE_SCHEMA, true);
}

StreamVisibility
StreamVisibilityOf(const StreamRow *row, bool latest)
{
	if (!TableExists(row))
		return ChangesOfGoneTableReadable(row->owner) ? STREAM_READABLE : STREAM_HIDDEN;
	if (ChangeAccessOf(row->relation) == CHANGES_READABLE)
		return STREAM_READABLE;
	return latest ? STREAM_KNOWN : STREAM_HIDDEN;
}
