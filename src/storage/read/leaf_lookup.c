/*
 * Finding rows of one leaf by their keys.
 *
 * A snapshot sees at most one row of a key that other transactions have committed.
 * So a row of the key that is found without its index, where the key cache says that
 * it was, is the one that the index would have led to. (A transaction that has
 * inserted a key which was deleted since its snapshot sees two: it gets either.)
 * Where there is none, for any reason, the index is asked.
 */
#include "storage/read/leaf_lookup.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "pgstat.h"
#include "storage/bufmgr.h"

#include "compat.h"
#include "internals.h"
#include "item/compare.h"
#include "storage/index/key_cache.h"
#include "storage/index/key_cache_counters.h"
#include "storage/relation/routing.h"

void
LeafLookupBegin(LeafLookup *lookup, Table *table, int leaf, LOCKMODE lock)
{
	lookup->table = table;
	lookup->leaf = TableLeafOpen(table, leaf, lock);
	lookup->key_index = table->leaves[leaf].key_index;
	lookup->lock = lock;
	lookup->context = CurrentMemoryContext;
	lookup->scanning = false;
	lookup->row = NULL;
	lookup->item = NULL;
	lookup->buffer = InvalidBuffer;
}

static void
Forget(LeafLookup *lookup)
{
	if (BufferIsValid(lookup->buffer))
		ReleaseBuffer(lookup->buffer);
	lookup->buffer = InvalidBuffer;
	lookup->row = NULL;
	lookup->item = NULL;
}

static void
EndScan(LeafLookup *lookup)
{
	if (!lookup->scanning)
		return;
	LeafScanEnd(&lookup->scan);
	index_close(lookup->scan.index, NoLock);
	lookup->scanning = false;
}

void
LeafLookupRelease(LeafLookup *lookup)
{
	Forget(lookup);
	EndScan(lookup);
}

void
LeafLookupEnd(LeafLookup *lookup)
{
	LeafLookupRelease(lookup);
	table_close(lookup->leaf, NoLock);
}

/*
 * Pins the page if the buffer still holds one of the leaf. Which one is read
 * without a lock, and found out to be wrong by ReadRecentBuffer.
 */
static bool
PinPage(LeafLookup *lookup, Buffer buffer, BlockNumber *block)
{
	*block = BufferBlockUnlocked(buffer);
	if (!ReadRecentBuffer(RelationLocator(lookup->leaf), MAIN_FORKNUM, *block, buffer))
		return false;
	pgstat_count_buffer_read(lookup->leaf);
	pgstat_count_buffer_hit(lookup->leaf);
	BufferCountUse(buffer);
	lookup->buffer = buffer;
	return true;
}

static bool
FetchRow(LeafLookup *lookup, RowPlace place, Snapshot snapshot)
{
	BlockNumber block;
	ItemPointerData root;
	bool found;

	if (!PinPage(lookup, place.buffer, &block))
		return false;
	heap_page_prune_opt(lookup->leaf, lookup->buffer);
	ItemPointerSet(&root, block, place.offset);
	LockBuffer(lookup->buffer, BUFFER_LOCK_SHARE);
	found = heap_hot_search_buffer(&root, lookup->leaf, lookup->buffer, snapshot, &lookup->tuple,
	                               NULL, true);
	LockBuffer(lookup->buffer, BUFFER_LOCK_UNLOCK);
	if (!found)
		return false;
	lookup->row = &lookup->tuple;
	return true;
}

static void
ReadItem(LeafLookup *lookup)
{
	lookup->stored = LeafItemOfRow(lookup->leaf, lookup->row);
	lookup->item = DatumGetJsonbP(lookup->stored);
}

/* The row may be any that the snapshot sees, also one without an item. */
static bool
IsRowOf(LeafLookup *lookup, const ItemKey *key)
{
	if (heap_attisnull(lookup->row, LeafItemColumn(lookup->leaf), RelationGetDescr(lookup->leaf)))
		return false;
	ReadItem(lookup);
	return ItemHasKey(lookup->table, lookup->item, key);
}

static bool
FindByCache(LeafLookup *lookup, uint64 hash, const ItemKey *key, Snapshot snapshot)
{
	RowPlace place;

	if (!KeyCacheFind(hash, &place))
		return false;
	if (!FetchRow(lookup, place, snapshot) || !IsRowOf(lookup, key))
	{
		Forget(lookup);
		return false;
	}
	pgstat_count_heap_fetch(lookup->leaf);
	return true;
}

static void
StartScan(LeafLookup *lookup, const ItemKey *key, Snapshot snapshot)
{
	int column_count = ItemKeyColumns(key, lookup->columns);

	if (lookup->scanning && lookup->scan.scan->xs_snapshot == snapshot)
	{
		LeafScanRestart(&lookup->scan, lookup->columns, column_count);
		return;
	}
	EndScan(lookup);
	LeafScanBegin(&lookup->scan, lookup->leaf, index_open(lookup->key_index, lookup->lock),
	              snapshot, lookup->columns, column_count, false);
	lookup->scanning = true;
}

/* Sets `root` to the root of the row's HOT chain, which the index entry names. */
static bool
FindByIndex(LeafLookup *lookup, const ItemKey *key, Snapshot snapshot, ItemPointer root)
{
	MemoryContext caller = MemoryContextSwitchTo(lookup->context);
	ItemPointer entry;
	bool found = false;

	StartScan(lookup, key, snapshot);
	while (!found && (entry = index_getnext_tid(lookup->scan.scan, ForwardScanDirection)) != NULL)
	{
		*root = *entry;
		found = index_fetch_heap(lookup->scan.scan, lookup->scan.slot);
	}
	MemoryContextSwitchTo(caller);
	if (found)
	{
		lookup->row = ExecFetchSlotHeapTuple(lookup->scan.slot, false, NULL);
		ReadItem(lookup);
	}
	return found;
}

static void
RememberPlace(LeafLookup *lookup, uint64 hash, ItemPointer root)
{
	TupleTableSlot *slot = lookup->scan.slot;

	if (TTS_IS_BUFFERTUPLE(slot))
		KeyCacheRemember(hash, (RowPlace){ ((BufferHeapTupleTableSlot *) slot)->buffer,
		                                   ItemPointerGetOffsetNumber(root) });
}

bool
LeafLookupFind(LeafLookup *lookup, const ItemKey *key, Snapshot snapshot)
{
	uint64 hash = KeyCacheHash(lookup->leaf, key);
	ItemPointerData root;

	Forget(lookup);
	if (FindByCache(lookup, hash, key, snapshot))
	{
		KeyCacheCount(true);
		return true;
	}
	if (hash != 0)
		KeyCacheCount(false);
	if (!FindByIndex(lookup, key, snapshot, &root))
		return false;
	RememberPlace(lookup, hash, &root);
	return true;
}

Jsonb *
LeafLookupTakeItem(LeafLookup *lookup)
{
	if ((Pointer) lookup->item != DatumGetPointer(lookup->stored))
		return lookup->item;
	return memcpy(palloc(VARSIZE(lookup->item)), lookup->item, VARSIZE(lookup->item));
}
