/*
 * A leaf is read by ranges of places: after an error, which ends the subtransaction and the scan
 * with it, the next range begins behind the item that was met.
 */
#include "storage/check/item_check.h"

#include "access/relation.h"
#include "access/tableam.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "item/encoding.h"
#include "storage/access_method.h"

#define MAX_FINDINGS_OF_LEAF 100

typedef struct LeafReading
{
	const Table *rules; /* the table, without its indexes */
	Oid leaf;
	ItemPointerData next;    /* where the range begins */
	ItemPointerData current; /* of the item that is being judged */
	MemoryContext item;      /* what judging one takes */
} LeafReading;

static void
JudgeItem(const LeafReading *reading, TupleTableSlot *slot, AttrNumber column)
{
	AttributeValue item;
	bool null;
	Datum stored = slot_getattr(slot, column, &null);

	if (null)
		ereport(ERROR, (errcode(ERRCODE_NOT_NULL_VIOLATION), errmsg("the item is null")));
	StoredItemRead(DatumGetJsonbP(stored), &item);
	(void) TableCheckItem(reading->rules, &item);
}

static void
ReadRange(LeafReading *reading, Relation leaf, AttrNumber column)
{
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	TupleTableSlot *slot = table_slot_create(leaf, NULL);
	ItemPointerData last;
	TableScanDesc scan;

	ItemPointerSet(&last, MaxBlockNumber, MaxOffsetNumber);
	scan = table_beginscan_tidrange(leaf, snapshot, &reading->next, &last);
	while (table_scan_getnextslot_tidrange(scan, ForwardScanDirection, slot))
	{
		MemoryContext caller = MemoryContextSwitchTo(reading->item);

		CHECK_FOR_INTERRUPTS();
		reading->current = slot->tts_tid;
		JudgeItem(reading, slot, column);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(reading->item);
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	UnregisterSnapshot(snapshot);
}

/* What is no table of ours, or has no items, is another check's finding. */
static void
ReadItems(void *state)
{
	LeafReading *reading = state;
	Relation leaf = try_relation_open(reading->leaf, AccessShareLock);
	AttrNumber column;

	if (leaf == NULL)
		return;
	column = get_attnum(reading->leaf, "item");
	if (HasHeapPages(leaf) && get_atttype(reading->leaf, column) == JSONBOID)
		ReadRange(reading, leaf, column);
	relation_close(leaf, NoLock);
}

/* "item (3,7) of dynamo_tables."Music/0"": its ctid finds it. */
static char *
ItemObject(const LeafReading *reading)
{
	return psprintf("item (%u,%u) of %s", ItemPointerGetBlockNumberNoCheck(&reading->current),
	                ItemPointerGetOffsetNumberNoCheck(&reading->current),
	                FindingObject(reading->leaf));
}

/* The finding that was added last was named before the item was known. */
static void
NameFinding(Findings *findings, const LeafReading *reading)
{
	Finding *finding = llast(findings->list);
	MemoryContext caller = MemoryContextSwitchTo(findings->context);

	if (ItemPointerIsValid(&reading->current))
		finding->object = ItemObject(reading);
	MemoryContextSwitchTo(caller);
}

static void
CheckLeafItems(CheckedTable *checked, LeafReading *reading)
{
	char *object = FindingObject(reading->leaf);
	int count = 0;

	ItemPointerSet(&reading->next, 0, FirstOffsetNumber);
	ItemPointerSetInvalid(&reading->current);
	while (!FindingsAttempt(checked->findings, object, ReadItems, reading))
	{
		MemoryContextReset(reading->item);
		NameFinding(checked->findings, reading);
		if (!ItemPointerIsValid(&reading->current))
			return;
		if (++count == MAX_FINDINGS_OF_LEAF)
		{
			FindingAdd(checked->findings, object, "there may be more such items", NULL);
			return;
		}
		reading->next = reading->current;
		reading->next.ip_posid++;
		ItemPointerSetInvalid(&reading->current);
	}
}

void
ItemsCheck(CheckedTable *checked)
{
	Table rules = checked->table;
	LeafReading reading = { .rules = &rules };

	rules.definition.index_count = 0;
	rules.definition.vector_count = 0;
	reading.item =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo checked item", ALLOCSET_DEFAULT_SIZES);
	for (int leaf = 0; leaf < checked->row->leaf_count; leaf++)
	{
		reading.leaf = checked->row->leaves[leaf];
		CheckLeafItems(checked, &reading);
	}
	MemoryContextDelete(reading.item);
}
