/*
 * See image.h.
 */
#include "backup/image/image.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "backup/image/image_pack.h"
#include "compat.h"
#include "storage/query/ddl.h"
#include "storage/query/own_row.h"
#include "storage/query/relation_name.h"

#define CHUNKS_NAME "backup_chunk"
#define CHUNKS_KEY_NAME "backup_chunk_pkey"

/* Columns in the order of the install script. */
enum
{
	CHUNK_COLUMN_BACKUP = 1,
	CHUNK_COLUMN_NUMBER,
	CHUNK_COLUMN_LEAF,
	CHUNK_COLUMN_ITEMS,
	CHUNK_COLUMN_LENGTH,
	CHUNK_COLUMN_CHECKSUM,
	CHUNK_COLUMN_CONTENT,
	CHUNK_COLUMNS = CHUNK_COLUMN_CONTENT
};

static const Oid chunk_types[] = { INT8OID, INT8OID, INT4OID, INT4OID, INT4OID, INT8OID, BYTEAOID };

static Relation
OpenChunks(LOCKMODE lock)
{
	Oid oid = DynamoRelation(FUNCTION_SCHEMA, CHUNKS_NAME);
	Relation relation;

	if (!OidIsValid(oid))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
		                errmsg("the table dynamo." CHUNKS_NAME " is missing")));
	relation = table_open(oid, lock);
	CheckOwnColumns(relation, chunk_types, CHUNK_COLUMNS, CHUNK_COLUMNS);
	return relation;
}

static int64
ChecksumOf(const char *bytes, int length)
{
	return (int64) hash_bytes_extended((const unsigned char *) bytes, length, 0);
}

/* Of all chunks before and this one. */
static int64
AddChecksum(int64 before, int64 checksum)
{
	return (int64) hash_combine64((uint64) before, (uint64) checksum);
}

/* --- writing --- */

void
ImageWriterOpen(ImageWriter *writer, int64 backup)
{
	*writer = (ImageWriter){ .backup = backup, .relation = OpenChunks(RowExclusiveLock) };
	initStringInfo(&writer->chunk);
	writer->context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo backup chunk", ALLOCSET_DEFAULT_SIZES);
}

static void
WriteChunk(ImageWriter *writer)
{
	MemoryContext caller;
	int64 checksum;
	Datum values[CHUNK_COLUMNS];

	if (writer->in_chunk == 0)
		return;
	CHECK_FOR_INTERRUPTS();
	caller = MemoryContextSwitchTo(writer->context);
	checksum = ChecksumOf(writer->chunk.data, writer->chunk.len);
	values[CHUNK_COLUMN_BACKUP - 1] = Int64GetDatum(writer->backup);
	values[CHUNK_COLUMN_NUMBER - 1] = Int64GetDatum(writer->chunks);
	values[CHUNK_COLUMN_LEAF - 1] = Int32GetDatum(writer->leaf);
	values[CHUNK_COLUMN_ITEMS - 1] = Int32GetDatum(writer->in_chunk);
	values[CHUNK_COLUMN_LENGTH - 1] = Int32GetDatum(writer->chunk.len);
	values[CHUNK_COLUMN_CHECKSUM - 1] = Int64GetDatum(checksum);
	values[CHUNK_COLUMN_CONTENT - 1] = PointerGetDatum(ImagePack(&writer->chunk));
	OwnRowInsert(writer->relation, values);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(writer->context);
	writer->checksum = AddChecksum(writer->checksum, checksum);
	writer->chunks++;
	writer->in_chunk = 0;
	resetStringInfo(&writer->chunk);
}

void
ImageAppend(ImageWriter *writer, int leaf, const Jsonb *item)
{
	static const char padding[ALIGNOF_INT];
	int length = VARSIZE(item);

	if (writer->leaf != leaf)
		WriteChunk(writer);
	writer->leaf = leaf;
	appendBinaryStringInfo(&writer->chunk, (const char *) item, length);
	appendBinaryStringInfo(&writer->chunk, padding, INTALIGN(length) - length);
	writer->in_chunk++;
	if (writer->chunk.len >= IMAGE_CHUNK_FULL)
		WriteChunk(writer);
}

void
ImageWriterClose(ImageWriter *writer)
{
	WriteChunk(writer);
	pfree(writer->chunk.data);
	MemoryContextDelete(writer->context);
	table_close(writer->relation, NoLock);
}

/* --- reading --- */

void
ImageReaderOpen(ImageReader *reader, int64 backup)
{
	ScanKeyData key;

	*reader = (ImageReader){ .relation = OpenChunks(AccessShareLock),
		                     .index = index_open(DynamoRelation(FUNCTION_SCHEMA, CHUNKS_KEY_NAME),
		                                         AccessShareLock),
		                     .snapshot = RegisterSnapshot(GetLatestSnapshot()) };
	ScanKeyInit(&key, CHUNK_COLUMN_BACKUP, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(backup));
	reader->scan =
	    systable_beginscan_ordered(reader->relation, reader->index, reader->snapshot, 1, &key);
	reader->context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo backup chunk", ALLOCSET_DEFAULT_SIZES);
}

pg_noreturn static void
RaiseCorrupted(const ImageReader *reader)
{
	ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
	                errmsg("chunk " INT64_FORMAT " of the backup is not as it was written",
	                       reader->chunks),
	                errhint("Restore another backup of the table.")));
}

/* Unpacks the next chunk; false at the end. */
static bool
ReadChunk(ImageReader *reader)
{
	HeapTuple row = systable_getnext_ordered(reader->scan, ForwardScanDirection);
	MemoryContext caller;
	Datum values[CHUNK_COLUMNS];
	bool nulls[CHUNK_COLUMNS];
	int length;

	if (!HeapTupleIsValid(row))
		return false;
	CHECK_FOR_INTERRUPTS();
	MemoryContextReset(reader->context);
	caller = MemoryContextSwitchTo(reader->context);
	heap_deform_tuple(row, RelationGetDescr(reader->relation), values, nulls);
	length = DatumGetInt32(values[CHUNK_COLUMN_LENGTH - 1]);
	reader->next = ImageUnpack(DatumGetByteaPP(values[CHUNK_COLUMN_CONTENT - 1]), length);
	MemoryContextSwitchTo(caller);
	if (reader->next == NULL ||
	    ChecksumOf(reader->next, length) != DatumGetInt64(values[CHUNK_COLUMN_CHECKSUM - 1]) ||
	    DatumGetInt64(values[CHUNK_COLUMN_NUMBER - 1]) != reader->chunks)
		RaiseCorrupted(reader);
	reader->end = reader->next + length;
	reader->left = DatumGetInt32(values[CHUNK_COLUMN_ITEMS - 1]);
	reader->leaf = DatumGetInt32(values[CHUNK_COLUMN_LEAF - 1]);
	reader->checksum =
	    AddChecksum(reader->checksum, DatumGetInt64(values[CHUNK_COLUMN_CHECKSUM - 1]));
	reader->chunks++;
	return true;
}

const Jsonb *
ImageNext(ImageReader *reader, int *leaf)
{
	char *item;

	while (reader->next == reader->end)
	{
		if (reader->left != 0)
			RaiseCorrupted(reader);
		if (!ReadChunk(reader))
			return NULL;
	}
	item = reader->next;
	if (reader->left <= 0 ||
	    reader->end - item < (ptrdiff_t) VARHDRSZ + (ptrdiff_t) sizeof(uint32) ||
	    !VARATT_IS_4B_U(item) || VARSIZE(item) < VARHDRSZ + sizeof(uint32) ||
	    INTALIGN(VARSIZE(item)) > reader->end - item)
		RaiseCorrupted(reader);
	reader->next += INTALIGN(VARSIZE(item));
	reader->left--;
	reader->items++;
	*leaf = reader->leaf;
	return (const Jsonb *) item;
}

void
ImageReaderClose(ImageReader *reader)
{
	systable_endscan_ordered(reader->scan);
	UnregisterSnapshot(reader->snapshot);
	index_close(reader->index, AccessShareLock);
	table_close(reader->relation, AccessShareLock);
	MemoryContextDelete(reader->context);
}
