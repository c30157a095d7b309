/*
 * A segment's share of the entries of an index: those whose partition attributes
 * hash to it, however the rest of the scan is ordered. So an entry belongs to one
 * segment at any time, also while others write.
 *
 * Entries of other shares are passed over by their columns, without a look at their
 * rows, and those of an index partition that has many by a seek to its end.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"

#include "storage/index/column_key.h"
#include "storage/read/share.h"

/* A seek costs what some dozens of entries do. */
#define ENTRIES_A_TURN 64

static uint32
HashColumn(AttributeType type, Datum column)
{
	PGFunction hash = type == ATTRIBUTE_N ? hash_numeric : hashvarlena;

	return DatumGetPointer(column) == NULL ? 0 : DatumGetUInt32(DirectFunctionCall1(hash, column));
}

static uint32
HashPartition(ItemCursor *cursor, const Datum *columns)
{
	const IndexLayout *layout = &cursor->layout;
	MemoryContext caller = MemoryContextSwitchTo(cursor->row_context);
	uint32 hash = HashColumn(layout->types[0], columns[0]);

	for (int i = 1; i < layout->partition_count; i++)
		hash = hash_combine(hash, HashColumn(layout->types[i], columns[i]));
	MemoryContextReset(cursor->row_context);
	MemoryContextSwitchTo(caller);
	return hash;
}

static bool
IsOfShare(const ItemCursor *cursor, uint32 hash)
{
	return hash % cursor->shares == cursor->share;
}

bool
ShareHas(ItemCursor *cursor, const Datum *columns)
{
	return IsOfShare(cursor, HashPartition(cursor, columns));
}

static void
EntryPartition(const ItemCursor *cursor, const LeafScan *scan, Datum *columns)
{
	for (int i = 0; i < cursor->layout.partition_count; i++)
		columns[i] = LeafScanColumn(scan, i);
}

static bool
HasNull(const Datum *columns, int count)
{
	for (int i = 0; i < count; i++)
		if (DatumGetPointer(columns[i]) == NULL)
			return true;
	return false;
}

/* Has the scan go on behind the index partition of its current entry. */
static void
SeekPartitionEnd(ItemCursor *cursor, LeafScan *scan)
{
	const IndexLayout *layout = &cursor->layout;
	PartitionEnd *end = &cursor->partition_ends[scan - cursor->scans];
	Datum columns[MAX_KEY_ATTRIBUTES];
	ScanKeyData key;

	EntryPartition(cursor, scan, columns);
	/* In a broken table: a row comparison would never be true. */
	if (HasNull(columns, layout->partition_count))
		return;
	for (int i = 0; i < layout->partition_count; i++)
	{
		if (DatumGetPointer(end->columns[i]) != NULL)
			pfree(DatumGetPointer(end->columns[i]));
		end->columns[i] = PointerGetDatum(PG_DETOAST_DATUM_COPY(columns[i]));
	}
	RowKeyInit(&key, end->members, 1, layout->partition_count, layout->types,
	           BTGreaterStrategyNumber, end->columns);
	LeafScanRestart(scan, &key, 1);
}

/* How many foreign entries the scan may pass over now. */
static int
TurnOf(const ItemCursor *cursor)
{
	const PassingLimit *limit = cursor->limit;

	return limit != NULL && limit->entries >= MOST_PASSED_ENTRIES ? 1 : ENTRIES_A_TURN;
}

/* Moves to the next row of the share, or to the next foreign entry; false at the end. */
static bool
NextEntry(ItemCursor *cursor, LeafScan *scan, uint32 *hash)
{
	Datum columns[MAX_KEY_ATTRIBUTES];

	while (index_getnext_tid(scan->scan, cursor->direction) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		EntryPartition(cursor, scan, columns);
		*hash = HashPartition(cursor, columns);
		scan->foreign = !IsOfShare(cursor, *hash);
		if (scan->foreign || index_fetch_heap(scan->scan, scan->slot))
			return true;
	}
	return false;
}

/*
 * Moves the scan to the next row of the share that the snapshot sees, or, after a number of
 * entries, to one that is foreign, so that scans which are merged with it have their turn.
 */
static bool
ShareNext(ItemCursor *cursor, LeafScan *scan)
{
	int turn = TurnOf(cursor);
	uint32 first = 0;
	uint32 hash = 0;

	for (int passed = 0; passed < turn; passed++)
	{
		if (!NextEntry(cursor, scan, &hash))
			return false;
		if (!scan->foreign)
			return true;
		if (cursor->limit != NULL)
			cursor->limit->entries++;
		if (passed == 0)
			first = hash;
	}
	if (turn == 1 || hash != first)
		return true;
	SeekPartitionEnd(cursor, scan);
	return NextEntry(cursor, scan, &hash);
}

void
ShareBegin(ItemCursor *cursor, int share, int shares, int scans)
{
	cursor->share = share;
	cursor->shares = shares;
	cursor->next = ShareNext;
	cursor->partition_ends = palloc0(sizeof(PartitionEnd) * scans);
	/* A scan starts again with as many keys as it began with: so there has to be one. */
	ScanKeyEntryInitialize(&cursor->keys[0], SK_ISNULL | SK_SEARCHNOTNULL, 1, InvalidStrategy,
	                       InvalidOid, InvalidOid, InvalidOid, (Datum) 0);
	cursor->key_count = 1;
}
