/*
 * See leaf_items.h.
 */
#include "backup/leaf_items.h"

#include "access/relation.h"
#include "access/tableam.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "storage/access_method.h"
#include "storage/read/leaf_scan.h"

Relation
LeafItemsOpen(const Table *table, int leaf)
{
	Relation relation = try_relation_open(table->leaves[leaf].relation, AccessShareLock);

	if (relation == NULL || !HasHeapPages(relation))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("a partition of table \"%.*s\" is missing",
		                       BYTES_ARGS(table->definition.name))));
	return relation;
}

int64
LeafItemsEstimate(Relation leaf)
{
	BlockNumber pages;
	double items;
	double all_visible;

	table_relation_estimate_size(leaf, NULL, &pages, &items, &all_visible);
	return (int64) items;
}

void
LeafItemsRead(Relation leaf, Snapshot snapshot, LeafItemsEmit emit, void *argument)
{
	AttrNumber column = LeafItemColumn(leaf);
	TupleTableSlot *slot = table_slot_create(leaf, NULL);
	TableScanDesc scan = table_beginscan(leaf, snapshot, 0, NULL);
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo copied item", ALLOCSET_DEFAULT_SIZES);

	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		MemoryContext caller = MemoryContextSwitchTo(context);
		bool null;
		Datum item = slot_getattr(slot, column, &null);

		CHECK_FOR_INTERRUPTS();
		if (!null) /* as it may be where the owner has dropped NOT NULL */
			emit(argument, DatumGetJsonbP(item));
		MemoryContextSwitchTo(caller);
		MemoryContextReset(context);
	}
	MemoryContextDelete(context);
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
}
