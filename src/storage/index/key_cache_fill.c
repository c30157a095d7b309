/*
 * Telling the key cache of rows that are written, by SQL too, so that
 * it knows a table that was filled and not yet read.
 *
 * The key's attributes are those of the leaf's unique index on them: the access
 * method knows relations, not tables.
 */
#include "storage/index/key_cache_fill.h"

#include "catalog/pg_type.h"
#include "storage/bufmgr.h"
#include "storage/smgr.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "storage/index/key_cache.h"
#include "storage/index/leaf_key.h"

/* The item, or NULL where it is not at hand: one that lies elsewhere is not fetched for a hint. */
static Jsonb *
ItemAtHand(Relation relation, AttrNumber column, TupleTableSlot *slot)
{
	bool isnull;
	Datum item;

	if (column == InvalidAttrNumber ||
	    TupleDescAttr(RelationGetDescr(relation), column - 1)->atttypid != JSONBOID)
		return NULL;
	item = slot_getattr(slot, column, &isnull);
	if (isnull || VARATT_IS_EXTERNAL(DatumGetPointer(item)))
		return NULL;
	return DatumGetJsonbP(item);
}

static void
Fill(Relation relation, TupleTableSlot *slot)
{
	Jsonb *item = ItemAtHand(relation, LeafKeyColumn(relation), slot);
	ItemKey key;
	Buffer buffer;

	if (item == NULL || !LeafKeyOfItem(relation, item, &key))
		return;
	buffer = PrefetchSharedBuffer(RelationGetSmgr(relation), MAIN_FORKNUM,
	                              ItemPointerGetBlockNumber(&slot->tts_tid))
	             .recent_buffer;
	if (BufferIsValid(buffer))
		KeyCacheRemember(KeyCacheHash(relation, &key),
		                 (RowPlace){ buffer, ItemPointerGetOffsetNumber(&slot->tts_tid) });
}

/* Executors insert in a memory context that lives as long as their query. */
void
KeyCacheFill(Relation relation, TupleTableSlot *slot)
{
	MemoryContext context;
	MemoryContext caller;

	if (!relation->rd_rel->relhasindex || !KeyCacheServes(relation))
		return;
	context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo key of a row", ALLOCSET_SMALL_SIZES);
	caller = MemoryContextSwitchTo(context);
	Fill(relation, slot);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
}
