/*
 * Finding expired items, by a range scan of each leaf's index on the expiry.
 *
 * Entries of deleted items stay in the index until vacuum: a search goes on
 * after the last entry that it came to, since entries of one expiry are in the
 * order of their tids.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/itup.h"
#include "access/relscan.h"
#include "access/table.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "item/key.h"
#include "item/number/number.h"
#include "text/unix_time.h"
#include "storage/index/column_key.h"
#include "storage/read/expired_items.h"
#include "storage/index/item_key.h"
#include "storage/index/leaf_index.h"
#include "storage/read/leaf_scan.h"
#include "storage/query/relation_name.h"
#include "storage/relation/routing.h"

#define EXPIRY_COLUMN 1
#define MAX_AGE_SECONDS ((int64) (5 * DAYS_PER_YEAR * SECS_PER_DAY))

/* A scan of one leaf's index, from where the search is on. */
typedef struct ExpiryScan
{
	LeafScan scan;
	ScanKeyData bounds[2];
	ExpirySearch *search;
	bool resuming;         /* entries that the search came to before may follow */
	MemoryContext scratch; /* reset with each entry */
} ExpiryScan;

static int64
CurrentSecond(void)
{
	return GetCurrentTimestamp() / USECS_PER_SEC + UNIX_SECONDS_OF_EPOCH;
}

ExpiryRange
CurrentExpiryRange(void)
{
	int64 now = CurrentSecond();

	return (ExpiryRange){ .oldest = int64_to_numeric(now - MAX_AGE_SECONDS),
		                  .now = int64_to_numeric(now) };
}

static const TableIndex *
EnabledIndex(const Table *table)
{
	const TableIndex *index = table->definition.time_to_live;

	return index != NULL && index->status == STATUS_ACTIVE ? index : NULL;
}

bool
ItemIsExpired(const Table *table, const Jsonb *item, const ExpiryRange *range)
{
	const TableIndex *index = EnabledIndex(table);
	Datum expiry;

	if (index == NULL || !KeyColumnOfItem(item, index->key.partition[0].name, ATTRIBUTE_N,
	                                      KEY_COLUMN_LIMIT, &expiry))
		return false;
	return NumberCompare(DatumGetNumeric(expiry), range->oldest) >= 0 &&
	       NumberCompare(DatumGetNumeric(expiry), range->now) < 0;
}

/* Time to live may have been disabled since the table was opened. */
static void
CheckIndexIsGone(const Table *table, int leaf)
{
	const TableIndex *index = EnabledIndex(table);
	const Table *now = TableOpen(table->definition.name, 0);

	if (now != NULL && now->relation == table->relation && EnabledIndex(now) != NULL &&
	    EnabledIndex(now)->number == index->number)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("index \"%s\" of time to live of table \"%.*s\" is missing"
		                       " or not valid",
		                       LeafIndexName(table->definition.name, leaf, index->number),
		                       BYTES_ARGS(table->definition.name)),
		                errhint("Disable time to live and enable it again.")));
}

/* False where the leaf has no such index any more. */
static bool
BeginScan(ExpiryScan *scan, Table *table, ExpirySearch *search)
{
	ExpiryRange range = CurrentExpiryRange();
	Relation leaf = TableLeafOpen(table, search->leaf, RowExclusiveLock);
	Oid index = EnabledIndex(table)->leaf_indexes[search->leaf];
	bool resumes = search->expiry != NULL && NumberCompare(search->expiry, range.oldest) >= 0;
	/* A copy: the search replaces its own while the scan goes on. */
	Datum from = NumericGetDatum(resumes ? DatumGetNumericCopy(NumericGetDatum(search->expiry))
	                                     : range.oldest);

	if (!LeafIndexIsWhole(index))
	{
		CheckIndexIsGone(table, search->leaf);
		table_close(leaf, NoLock);
		return false;
	}
	ColumnKeyInit(&scan->bounds[0], EXPIRY_COLUMN, ATTRIBUTE_N, BTGreaterEqualStrategyNumber, from);
	ColumnKeyInit(&scan->bounds[1], EXPIRY_COLUMN, ATTRIBUTE_N, BTLessStrategyNumber,
	              NumericGetDatum(range.now));
	LeafScanOpen(&scan->scan, leaf, index, GetActiveSnapshot(), scan->bounds,
	             lengthof(scan->bounds), true);
	scan->search = search;
	scan->resuming = resumes;
	scan->scratch =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo expiry", ALLOCSET_SMALL_SIZES);
	return true;
}

static void
EndScan(ExpiryScan *scan)
{
	LeafScanClose(&scan->scan, NoLock);
	MemoryContextDelete(scan->scratch);
}

/* Whether the search came to this entry before. */
static bool
IsBehind(ExpirySearch *search, Numeric expiry, ItemPointer tid)
{
	return NumberCompare(expiry, search->expiry) == 0 && ItemPointerCompare(tid, &search->tid) <= 0;
}

static void
Remember(ExpirySearch *search, Numeric expiry, ItemPointer tid)
{
	MemoryContext caller = MemoryContextSwitchTo(search->context);
	Numeric last = search->expiry;

	search->expiry = DatumGetNumericCopy(NumericGetDatum(expiry));
	search->tid = *tid;
	if (last != NULL)
		pfree(last);
	MemoryContextSwitchTo(caller);
}

/* Notes that the search visits the current entry; false where it did before. */
static bool
StepTo(ExpiryScan *scan, ItemPointer tid)
{
	MemoryContext caller = MemoryContextSwitchTo(scan->scratch);
	IndexScanDesc index_scan = scan->scan.scan;
	bool null;
	Numeric expiry = DatumGetNumeric(
	    index_getattr(index_scan->xs_itup, EXPIRY_COLUMN, index_scan->xs_itupdesc, &null));

	scan->resuming = scan->resuming && IsBehind(scan->search, expiry, tid);
	if (!scan->resuming)
		Remember(scan->search, expiry, tid);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(scan->scratch);
	return !scan->resuming;
}

/* Moves to the next row that the snapshot sees. */
static bool
NextRow(ExpiryScan *scan)
{
	ItemPointer tid;

	while ((tid = index_getnext_tid(scan->scan.scan, ForwardScanDirection)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		if (StepTo(scan, tid) && index_fetch_heap(scan->scan.scan, scan->scan.slot))
			return true;
	}
	return false;
}

/* The current row's; palloc'd. */
static ItemKey
CurrentKey(ExpiryScan *scan, const Table *table)
{
	MemoryContext caller = MemoryContextSwitchTo(scan->scratch);
	ItemKey key = StoredItemKey(table, LeafScanItem(&scan->scan));

	MemoryContextSwitchTo(caller);
	key = ItemKeyCopy(&key);
	MemoryContextReset(scan->scratch);
	return key;
}

static int
FindInLeaf(Table *table, ExpirySearch *search, ItemKey *keys, int limit)
{
	ExpiryScan scan;
	int count = 0;

	if (!BeginScan(&scan, table, search))
		return 0;
	while (count < limit && NextRow(&scan))
		keys[count++] = CurrentKey(&scan, table);
	EndScan(&scan);
	return count;
}

static void
StartLeaf(ExpirySearch *search, int leaf)
{
	search->leaf = leaf;
	if (search->expiry != NULL)
		pfree(search->expiry);
	search->expiry = NULL;
}

int
ExpiredItemsFind(Table *table, ExpirySearch *search, ItemKey *keys, int limit)
{
	int count = 0;

	while (search->leaf < table->definition.partitions)
	{
		count += FindInLeaf(table, search, keys + count, limit - count);
		if (count == limit)
			break;
		StartLeaf(search, search->leaf + 1);
	}
	return count;
}
