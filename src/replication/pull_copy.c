/*
 * Pages of a table for a region that copies it: its partitions in order, each by ranges of blocks,
 * and then its tombstones.
 *
 * A row that moves while it is copied has been written: the change comes by the log, whose position
 * the copy's reader has taken before. Where a partition's file has been rewritten, its copy begins
 * anew. What is given is durable: a crash here must not take back what is there already.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "replication/message.h"
#include "storage/bufmgr.h"
#include "utils/rel.h"

#include "compat.h"
#include "replication/pull_source.h"
#include "storage/query/ddl.h"
#include "storage/query/own_query.h"
#include "storage/region/replicated_leaf.h"

#define PAGE_ROWS 1000
#define PAGE_BYTES (2 * 1024 * 1024)
#define RANGE_BLOCKS 16

typedef struct CopyCursor
{
	int leaf; /* its number; past the last one: tombstones */
	uint32 file;
	BlockNumber block;
	int64 hash; /* of the last tombstone */
	int64 stamp;
} CopyCursor;

typedef struct CopyPage
{
	ReturnSetInfo *result;
	const Table *table;
	CopyCursor cursor;
	int rows;
	int64 bytes;
	bool done;
	int percent;
} CopyPage;

static CopyCursor
ReadCursor(const char *text)
{
	CopyCursor cursor = { .hash = PG_INT64_MIN, .stamp = PG_INT64_MIN };

	if (*text != '\0' && sscanf(text, "%d/%u/%u/" INT64_FORMAT "/" INT64_FORMAT, &cursor.leaf,
	                            &cursor.file, &cursor.block, &cursor.hash, &cursor.stamp) != 5)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("\"%s\" is no position in a copy", text)));
	return cursor;
}

static char *
CursorText(const CopyCursor *cursor)
{
	return psprintf("%d/%u/%u/" INT64_FORMAT "/" INT64_FORMAT, cursor->leaf, cursor->file,
	                cursor->block, cursor->hash, cursor->stamp);
}

static void
Put(CopyPage *page, const char *kind, Stamp stamp, const Jsonb *item)
{
	PullPut(page->result, &(PullRow){ .kind = kind,
	                                  .table = page->table->definition.name,
	                                  .stamp = stamp,
	                                  .item = item });
	page->rows++;
	page->bytes += VARSIZE(item);
}

static bool
IsFull(const CopyPage *page)
{
	return page->rows >= PAGE_ROWS || page->bytes >= PAGE_BYTES;
}

/* --- items --- */

static void
ReadItem(HeapTuple row, TupleDesc columns, void *state)
{
	CopyPage *page = state;
	bool null;
	Jsonb *item = DatumGetJsonbP(heap_getattr(row, 1, columns, &null));

	Put(page, PULL_PUT, DatumGetInt64(heap_getattr(row, 2, columns, &null)), item);
}

static Datum
TidOfBlock(BlockNumber block)
{
	ItemPointer tid = palloc_object(ItemPointerData);

	ItemPointerSet(tid, block, 0);
	return PointerGetDatum(tid);
}

static void
CopyRange(CopyPage *page, Oid leaf, BlockNumber end)
{
	OwnQuery query = { 0 };
	char *sql = psprintf("SELECT item, coalesce(" STAMP_COLUMN ", 0) FROM ONLY %s"
	                     " WHERE ctid >= $1 AND ctid < $2",
	                     RelationSqlName(leaf));

	OwnQueryAdd(&query, TIDOID, TidOfBlock(page->cursor.block));
	OwnQueryAdd(&query, TIDOID, TidOfBlock(end));
	(void) OwnQueryRun(sql, &query, ReadItem, page);
	page->cursor.block = end;
}

static void
CopyLeaf(CopyPage *page)
{
	Oid oid = page->table->leaves[page->cursor.leaf].relation;
	Relation leaf = table_open(oid, AccessShareLock);
	BlockNumber blocks = RelationGetNumberOfBlocks(leaf);

	if (page->cursor.file != RelationFileNumber(leaf))
	{
		page->cursor.file = RelationFileNumber(leaf);
		page->cursor.block = 0;
	}
	while (page->cursor.block < blocks && !IsFull(page))
	{
		CHECK_FOR_INTERRUPTS();
		CopyRange(page, oid, Min(page->cursor.block + RANGE_BLOCKS, blocks));
	}
	page->percent = 95 * (page->cursor.leaf + (double) page->cursor.block / Max(blocks, 1)) /
	                page->table->definition.partitions;
	if (page->cursor.block >= blocks)
	{
		page->cursor.leaf++;
		page->cursor.block = 0;
	}
	table_close(leaf, AccessShareLock);
}

/* --- tombstones --- */

static void
ReadTombstone(HeapTuple row, TupleDesc columns, void *state)
{
	CopyPage *page = state;
	bool null;
	Jsonb *key = DatumGetJsonbP(heap_getattr(row, 3, columns, &null));

	page->cursor.hash = DatumGetInt64(heap_getattr(row, 1, columns, &null));
	page->cursor.stamp = DatumGetInt64(heap_getattr(row, 2, columns, &null));
	Put(page, PULL_DELETE, page->cursor.stamp, key);
}

/* Two of one hash and stamp are of the keys of one statement, and come in one page or twice. */
static void
CopyTombstones(CopyPage *page)
{
	OwnQuery query = { 0 };

	OwnQueryAdd(&query, OIDOID, ObjectIdGetDatum(page->table->relation));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(page->cursor.hash));
	OwnQueryAdd(&query, INT8OID, Int64GetDatum(page->cursor.stamp));
	page->done = OwnQueryRun("SELECT hash, stamp, key FROM dynamo.tombstones WHERE relation = $1"
	                         " AND (hash, stamp) > ($2, $3) ORDER BY hash, stamp LIMIT 1000",
	                         &query, ReadTombstone, page) < PAGE_ROWS;
	page->percent = page->done ? 100 : 95;
}

/* Its record comes after the commits of all that was read. */
static void
MakeDurable(void)
{
	static const char nothing[] = "";

	XLogFlush(LogMessageOutside("dynamo.copy", nothing, 0));
}

void
PullCopy(ReturnSetInfo *result, const Table *table, const char *cursor)
{
	CopyPage page = { .result = result, .table = table, .cursor = ReadCursor(cursor) };

	if (page.cursor.leaf < 0)
		page.cursor.leaf = 0;
	while (page.cursor.leaf < table->definition.partitions && !IsFull(&page))
		CopyLeaf(&page);
	if (!IsFull(&page))
		CopyTombstones(&page);
	MakeDurable();
	PullPut(result, &(PullRow){ .kind = PULL_NEXT,
	                            .table = table->definition.name,
	                            .stamp = page.percent,
	                            .position = page.done ? NULL : CursorText(&page.cursor) });
}
