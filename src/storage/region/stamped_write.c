/*
 * See stamped_write.h.
 */
#include "storage/region/stamped_write.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "replication/message.h"
#include "storage/bufmgr.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "item/compare.h"
#include "region/region_clock.h"
#include "storage/index/leaf_key.h"
#include "storage/region/deletion_stamp.h"
#include "storage/region/replicated_leaf.h"
#include "storage/region/tombstone.h"

/* What a writer has said of the writes that follow. */
static struct
{
	bool given;
	Oid table;
	uint64 hash;
	Stamp stamp;
	bool expiring;
} announced;

/* The speculative insert that is under way; inserts do not nest before they hold their keys. */
static struct
{
	Oid leaf;
	StampedInsert insert;
} speculative;

/* Inserts of plain SQL that are yet to be judged. */
typedef struct PendingInsert
{
	Oid leaf;
	ItemPointerData tid;
	uint64 hash;
	Stamp stamp;
} PendingInsert;

#define MANY_PENDING 32768 /* then those that hold their keys are judged at once */

static PendingInsert *pending = NULL; /* in TopTransactionContext */
static int pending_count = 0;
static int pending_room = 0;

static MemoryContext keys = NULL; /* of what is read of one row */

static MemoryContext
KeysBegin(void)
{
	if (keys == NULL)
		keys = AllocSetContextCreate(TopMemoryContext, "dynamo keys of stamped rows",
		                             ALLOCSET_DEFAULT_SIZES);
	MemoryContextReset(keys);
	return MemoryContextSwitchTo(keys);
}

/* --- rows --- */

static bool
KeyOfDatum(Relation leaf, Datum item, bool null, ItemKey *key)
{
	if (null)
		return false; /* a placeholder, which holds a key */
	if (!LeafKeyOfItem(leaf, DatumGetJsonbP(item), key))
		ereport(ERROR,
		        (errcode(ERRCODE_DATA_CORRUPTED),
		         errmsg("a row of relation \"%s\" has no key", RelationGetRelationName(leaf))));
	return true;
}

/* False where it is no item. */
static bool
KeyOfSlot(Relation leaf, TupleTableSlot *slot, ItemKey *key)
{
	bool null;
	Datum item = slot_getattr(slot, LeafKeyColumn(leaf), &null);

	return KeyOfDatum(leaf, item, null, key);
}

static bool
KeyOfRow(Relation leaf, HeapTuple row, ItemKey *key)
{
	bool null;
	Datum item = heap_getattr(row, LeafKeyColumn(leaf), RelationGetDescr(leaf), &null);

	return KeyOfDatum(leaf, item, null, key);
}

/* A leaf that has no key yet is being loaded, or built anew: its rows have their stamps. */
static bool
Find(Relation leaf, ReplicatedLeaf *found)
{
	if (!ReplicatedLeafFind(leaf, found) || LeafKeyColumn(leaf) == InvalidAttrNumber)
		return false;
	if (found->joining && !announced.given)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE),
		                errmsg("relation \"%s\" takes no writes before the replica is ACTIVE",
		                       RelationGetRelationName(leaf))));
	return true;
}

Stamp
StampOfRow(Relation leaf, HeapTuple row)
{
	AttrNumber column = StampColumn(RelationGetDescr(leaf));
	bool null;
	Datum stamp;

	if (column == InvalidAttrNumber)
		return 0;
	stamp = heap_getattr(row, column, RelationGetDescr(leaf), &null);
	return null ? 0 : DatumGetInt64(stamp);
}

/* A slot that holds a tuple as it is on disk gets another one. */
static void
PutStamp(Relation leaf, TupleTableSlot *slot, AttrNumber column, Stamp stamp)
{
	Datum value = Int64GetDatum(stamp);
	bool null = stamp == 0;
	HeapTuple tuple;
	bool is_copy;

	if (TTS_IS_VIRTUAL(slot) || ((TTS_IS_HEAPTUPLE(slot) || TTS_IS_BUFFERTUPLE(slot)) &&
	                             ((HeapTupleTableSlot *) slot)->tuple == NULL))
	{
		slot->tts_values[column - 1] = value;
		slot->tts_isnull[column - 1] = null;
		return;
	}
	tuple = ExecFetchSlotHeapTuple(slot, false, &is_copy);
	tuple = heap_modify_tuple_by_cols(tuple, RelationGetDescr(leaf), 1, (int[]){ column }, &value,
	                                  &null);
	ExecForceStoreHeapTuple(tuple, slot, false);
	ExecMaterializeSlot(slot);
	heap_freetuple(tuple);
}

/* --- stamps --- */

void
StampGivenBegin(Oid table, const ItemKey *key, Stamp stamp)
{
	announced.given = true;
	announced.table = table;
	announced.hash = ItemKeyHash(key, 0);
	announced.stamp = stamp;
}

void
StampGivenEnd(void)
{
	announced.given = false;
}

void
StampExpiring(bool expiring)
{
	announced.expiring = expiring;
}

static bool
IsGiven(Oid table, uint64 hash)
{
	return announced.given && announced.table == table && announced.hash == hash;
}

static Stamp
StampFor(Oid table, uint64 hash)
{
	return IsGiven(table, hash) ? announced.stamp : RegionStamp();
}

/* --- inserts --- */

/* Whether the key of the row has been deleted later. */
static bool
IsDeletedLater(Relation leaf, const ItemKey *key, const StampedInsert *insert)
{
	ReplicatedLeaf found;
	DeletedKey deleted;

	if (!ReplicatedLeafFind(leaf, &found))
		return false;
	deleted = (DeletedKey){ found.table, insert->hash, LeafKeyItem(leaf, key) };
	return InsertIsStale(insert->stamp, TombstoneFind(&deleted));
}

/* An item that another region has stamped may be older than any deletion since the start. */
static bool
MayBeStale(const StampedInsert *insert)
{
	return announced.given || InsertIsStale(insert->stamp, RegionLastDeletion(insert->hash));
}

void
StampInsertedSpeculative(Relation leaf, const StampedInsert *insert)
{
	speculative.leaf = insert->stamped ? RelationGetRelid(leaf) : InvalidOid;
	speculative.insert = *insert;
}

bool
StampedInsertIsStale(Relation leaf, TupleTableSlot *slot)
{
	MemoryContext caller;
	bool stale;
	ItemKey key;

	if (RelationGetDescr(leaf)->natts == 1 || speculative.leaf != RelationGetRelid(leaf) ||
	    !MayBeStale(&speculative.insert))
		return false;
	caller = KeysBegin();
	stale = KeyOfSlot(leaf, slot, &key) && IsDeletedLater(leaf, &key, &speculative.insert);
	MemoryContextSwitchTo(caller);
	return stale;
}

pg_noreturn static void
RaiseStale(Relation leaf)
{
	ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
	                errmsg("could not insert into relation \"%s\": another transaction has deleted"
	                       " the item's key meanwhile",
	                       RelationGetRelationName(leaf)),
	                errhint("The transaction might succeed if retried.")));
}

void
StampedInsertCheck(Relation leaf, TupleTableSlot *slot)
{
	if (StampedInsertIsStale(leaf, slot))
		RaiseStale(leaf);
}

/* Of a row that is still there as it was inserted: another version has a later stamp. */
static void
JudgeRow(Relation leaf, const PendingInsert *insert)
{
	HeapTupleData row = { .t_self = insert->tid };
	StampedInsert stamped = { true, insert->hash, insert->stamp };
	Buffer buffer;
	ItemKey key;
	bool stale;

	if (ItemPointerGetBlockNumber(&row.t_self) >= RelationGetNumberOfBlocks(leaf) ||
	    !heap_fetch(leaf, SnapshotSelf, &row, &buffer, false))
		return;
	stale = StampOfRow(leaf, &row) == insert->stamp && KeyOfRow(leaf, &row, &key) &&
	        IsDeletedLater(leaf, &key, &stamped);
	ReleaseBuffer(buffer);
	if (stale)
		RaiseStale(leaf);
}

static void
Judge(const PendingInsert *insert)
{
	Relation leaf = try_relation_open(insert->leaf, RowExclusiveLock);
	MemoryContext caller;

	if (leaf == NULL)
		return;
	caller = KeysBegin();
	JudgeRow(leaf, insert);
	MemoryContextSwitchTo(caller);
	relation_close(leaf, NoLock);
}

/* All of them hold their keys by now. */
static void
JudgePending(void)
{
	bool pushed = false;

	for (int i = 0; i < pending_count; i++)
	{
		if (!InsertIsStale(pending[i].stamp, RegionLastDeletion(pending[i].hash)))
			continue;
		if (!pushed)
			PushActiveSnapshot(GetTransactionSnapshot());
		pushed = true;
		Judge(&pending[i]);
	}
	if (pushed)
		PopActiveSnapshot();
	pending_count = 0;
}

StampedInsert
StampInsert(Relation leaf, TupleTableSlot *slot)
{
	StampedInsert insert = { .stamped = false };
	ReplicatedLeaf found;
	MemoryContext caller;
	ItemKey key;

	if (!Find(leaf, &found))
		return insert;
	if (pending_count > MANY_PENDING)
		JudgePending();
	caller = KeysBegin();
	insert.stamped = KeyOfSlot(leaf, slot, &key);
	if (insert.stamped)
		insert.hash = ItemKeyHash(&key, 0);
	MemoryContextSwitchTo(caller);
	if (!insert.stamped)
		return insert;
	insert.stamp = StampFor(found.table, insert.hash);
	PutStamp(leaf, slot, found.column, insert.stamp);
	return insert;
}

static void
GrowPending(void)
{
	pending_room = Max(64, pending_room * 2);
	if (pending == NULL)
		pending = MemoryContextAlloc(TopTransactionContext, pending_room * sizeof(PendingInsert));
	else
		pending = repalloc(pending, pending_room * sizeof(PendingInsert));
}

/* Entries of the key are made right after the rows, so those of earlier calls are held. */
void
StampInserted(Relation leaf, const StampedInsert *insert, TupleTableSlot *slot)
{
	if (!insert->stamped)
		return;
	if (pending_count == pending_room)
		GrowPending();
	pending[pending_count++] =
	    (PendingInsert){ RelationGetRelid(leaf), slot->tts_tid, insert->hash, insert->stamp };
}

static void
EndTransaction(XactEvent event, void *argument)
{
	if (pending == NULL)
		return;
	if (event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PRE_PREPARE)
		JudgePending();
	else if (event != XACT_EVENT_PARALLEL_PRE_COMMIT)
	{
		pending = NULL;
		pending_count = 0;
		pending_room = 0;
	}
}

void
StampedWriteInit(void)
{
	RegisterXactCallback(EndTransaction, NULL);
}

/* --- updates --- */

/* The key matters only where the stamp is given: of an update it stays, nearly always. */
bool
StampUpdate(Relation leaf, TupleTableSlot *slot)
{
	ReplicatedLeaf found;
	uint64 hash = 0;

	if (!Find(leaf, &found))
		return false;
	if (announced.given)
	{
		MemoryContext caller = KeysBegin();
		ItemKey key;

		if (KeyOfSlot(leaf, slot, &key))
			hash = ItemKeyHash(&key, 0);
		MemoryContextSwitchTo(caller);
	}
	slot_getallattrs(slot);
	PutStamp(leaf, slot, found.column, StampFor(found.table, hash));
	return true;
}

static bool
SameKey(const ItemKey *one, const ItemKey *other)
{
	return AttributeValueEqual(&one->partition, &other->partition) &&
	       (one->sort.type == ATTRIBUTE_NULL || AttributeValueEqual(&one->sort, &other->sort));
}

/* To change a key in place is to delete the one and to insert the other. */
static void
NoteMove(Relation leaf, const ItemKey *old, const ItemKey *moved, TupleTableSlot *slot)
{
	ReplicatedLeaf found;
	StampedDelete deletion = { .stamped = true, .hash = ItemKeyHash(old, 0) };
	StampedInsert insert = { .stamped = true, .hash = ItemKeyHash(moved, 0) };
	bool null;

	if (!ReplicatedLeafFind(leaf, &found))
		return;
	insert.stamp = DatumGetInt64(slot_getattr(slot, found.column, &null));
	deletion.table = found.table;
	deletion.stamp = insert.stamp;
	deletion.key = LeafKeyItem(leaf, old);
	StampDeleted(&deletion);
	StampInserted(leaf, &insert, slot);
}

void
StampUpdated(Relation leaf, ItemPointer old, TupleTableSlot *slot)
{
	HeapTupleData row = { .t_self = *old };
	MemoryContext caller;
	Buffer buffer;
	ItemKey before;
	ItemKey after;

	if (pending_count > MANY_PENDING)
		JudgePending();
	caller = KeysBegin();
	if (heap_fetch(leaf, SnapshotAny, &row, &buffer, false))
	{
		if (KeyOfRow(leaf, &row, &before) && KeyOfSlot(leaf, slot, &after) &&
		    !SameKey(&before, &after))
			NoteMove(leaf, &before, &after, slot);
		ReleaseBuffer(buffer);
	}
	MemoryContextSwitchTo(caller);
}

/* --- deletes --- */

static void
Announce(Stamp stamp)
{
	if (XLogLogicalInfoActive())
		(void) LogTransactionMessage(DELETION_STAMP_PREFIX, (const char *) &stamp, sizeof(stamp));
}

static Stamp
StampOfDeletion(Relation leaf, HeapTuple row, const StampedDelete *deletion)
{
	if (IsGiven(deletion->table, deletion->hash) || !announced.expiring)
		return StampFor(deletion->table, deletion->hash);
	return ExpiryStamp(StampOfRow(leaf, row), RegionNumber());
}

static void
ReadDeleted(Relation leaf, HeapTuple row, StampedDelete *deletion)
{
	MemoryContext caller = KeysBegin();
	Jsonb *key_item = NULL;
	ItemKey key;

	deletion->stamped = KeyOfRow(leaf, row, &key);
	if (deletion->stamped)
	{
		deletion->hash = ItemKeyHash(&key, 0);
		key_item = LeafKeyItem(leaf, &key);
	}
	MemoryContextSwitchTo(caller);
	if (!deletion->stamped)
		return;
	deletion->key = (Jsonb *) memcpy(palloc(VARSIZE(key_item)), key_item, VARSIZE(key_item));
	deletion->stamp = StampOfDeletion(leaf, row, deletion);
	Announce(deletion->stamp);
}

StampedDelete
StampDelete(Relation leaf, ItemPointer tid)
{
	HeapTupleData row = { .t_self = *tid };
	StampedDelete deletion = { .stamped = false };
	ReplicatedLeaf found;
	Buffer buffer;

	if (!Find(leaf, &found) || !heap_fetch(leaf, SnapshotAny, &row, &buffer, false))
		return deletion;
	deletion.table = found.table;
	ReadDeleted(leaf, &row, &deletion);
	ReleaseBuffer(buffer);
	return deletion;
}

void
StampDeleted(StampedDelete *deletion)
{
	DeletedKey key = { deletion->table, deletion->hash, deletion->key };

	if (!deletion->stamped)
		return;
	TombstoneAdd(&key, deletion->stamp);
	RegionNoteDeletion(deletion->hash, deletion->stamp);
	pfree(deletion->key);
}
