#include "backup/load.h"

#include "access/heapam.h"
#include "access/relation.h"
#include "access/xact.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/memutils.h"

#include "backup/image.h"
#include "session/progress.h"
#include "storage/access_method.h"
#include "storage/read/leaf_scan.h"
#include "storage/relation/ddl.h"
#include "storage/relation/table_owner.h"

#define RUN_ITEMS 1000
#define RUN_BYTES (64 * 1024)

struct TableLoad
{
	Table *table;
	Relation *leaves;
	MemoryContext whole;   /* of the load */
	MemoryContext context; /* of the run */
	int leaf;              /* of the run */
	AttrNumber column;     /* of its items */
	BulkInsertState bulk;  /* of the leaf; NULL: no run has begun */
	TupleTableSlot *slots[RUN_ITEMS];
	int slot_count; /* made for the leaf */
	int count;      /* used */
	Size bytes;
};

/* Others may read, and describe the table. */
static Relation
OpenLeaf(const Table *table, int leaf)
{
	Relation relation = try_relation_open(table->leaves[leaf].relation, ShareRowExclusiveLock);

	if (relation == NULL || !HasHeapPages(relation))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("a partition of table \"%.*s\" is missing",
		                       BYTES_ARGS(table->definition.name))));
	/* An index that the owner has made meanwhile would lack the items. */
	if (RelationGetIndexList(relation) != NIL)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("table \"%.*s\" has an index before its items are loaded",
		                       BYTES_ARGS(table->definition.name)),
		                errhint("Drop the index, and make it again when the table is ACTIVE.")));
	return relation;
}

TableLoad *
TableLoadBegin(Table *table)
{
	TableLoad *load = palloc0_object(TableLoad);

	load->table = table;
	load->whole = CurrentMemoryContext;
	load->leaves = palloc_array(Relation, table->definition.partitions);
	LockRelationOid(table->relation, RowExclusiveLock);
	for (int leaf = 0; leaf < table->definition.partitions; leaf++)
		load->leaves[leaf] = OpenLeaf(table, leaf);
	load->context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo loaded items", ALLOCSET_DEFAULT_SIZES);
	return load;
}

static void
WriteRun(TableLoad *load)
{
	MemoryContext caller;

	if (load->count == 0)
		return;
	CHECK_FOR_INTERRUPTS();
	caller = MemoryContextSwitchTo(load->context);
	heap_multi_insert(load->leaves[load->leaf], load->slots, load->count, GetCurrentCommandId(true),
	                  0, load->bulk);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(load->context);
	load->count = 0;
	load->bytes = 0;
}

static void
EndLeaf(TableLoad *load)
{
	WriteRun(load);
	if (load->bulk != NULL)
		FreeBulkInsertState(load->bulk);
	load->bulk = NULL;
	for (int i = 0; i < load->slot_count; i++)
		ExecDropSingleTupleTableSlot(load->slots[i]);
	load->slot_count = 0;
}

static void
BeginLeaf(TableLoad *load, int leaf)
{
	EndLeaf(load);
	if (leaf < 0 || leaf >= load->table->definition.partitions)
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
		                errmsg("an item belongs to partition %d, which table \"%.*s\" has not",
		                       leaf, BYTES_ARGS(load->table->definition.name))));
	load->leaf = leaf;
	load->column = LeafItemColumn(load->leaves[leaf]);
	load->bulk = GetBulkInsertState();
}

static TupleTableSlot *
NextSlot(TableLoad *load)
{
	if (load->count == load->slot_count)
		load->slots[load->slot_count++] =
		    MakeSingleTupleTableSlot(RelationGetDescr(load->leaves[load->leaf]), &TTSOpsVirtual);
	return load->slots[load->count++];
}

/* Columns that the owner has added meanwhile stay null. */
static void
FillSlot(const TableLoad *load, TupleTableSlot *slot, const Jsonb *item)
{
	Jsonb *copy = MemoryContextAlloc(load->context, VARSIZE(item));

	memcpy(copy, item, VARSIZE(item));
	ExecClearTuple(slot);
	memset(slot->tts_isnull, true, sizeof(bool) * slot->tts_tupleDescriptor->natts);
	slot->tts_isnull[load->column - 1] = false;
	slot->tts_values[load->column - 1] = JsonbPGetDatum(copy);
	(void) ExecStoreVirtualTuple(slot);
}

void
TableLoadItem(TableLoad *load, int leaf, const Jsonb *item)
{
	MemoryContext caller = MemoryContextSwitchTo(load->whole);

	if (load->bulk == NULL || load->leaf != leaf)
		BeginLeaf(load, leaf);
	FillSlot(load, NextSlot(load), item);
	load->bytes += VARSIZE(item);
	if (load->count == RUN_ITEMS || load->bytes >= RUN_BYTES)
		WriteRun(load);
	MemoryContextSwitchTo(caller);
}

void
TableLoadEnd(TableLoad *load)
{
	EndLeaf(load);
	for (int leaf = 0; leaf < load->table->definition.partitions; leaf++)
		relation_close(load->leaves[leaf], NoLock);
	MemoryContextDelete(load->context);
	pfree(load->leaves);
	pfree(load);
}

static bool
HasPages(const Table *table)
{
	bool has_pages = false;

	for (int leaf = 0; leaf < table->definition.partitions && !has_pages; leaf++)
	{
		Relation relation = try_relation_open(table->leaves[leaf].relation, AccessShareLock);

		if (relation == NULL)
			continue;
		has_pages = HasHeapPages(relation) && RelationGetNumberOfBlocks(relation) > 0;
		relation_close(relation, AccessShareLock);
	}
	return has_pages;
}

void
TableEmpty(Table *table)
{
	CallerRole caller;

	if (!HasPages(table))
		return;
	caller = BecomeTableOwner(table);
	ExecuteDdl(psprintf("TRUNCATE %s", RelationSqlName(table->relation)));
	ReturnToCaller(&caller);
}

void
BackupLoad(const Backup *backup, Table *table)
{
	CallerRole caller = BecomeTableOwner(table);
	TableLoad *load = TableLoadBegin(table);
	ImageReader reader;
	const Jsonb *item;
	int leaf;

	ProgressBeginPhase(PROGRESS_LOADING, backup->items);
	ImageReaderOpen(&reader, backup->id);
	while ((item = ImageNext(&reader, &leaf)) != NULL)
	{
		TableLoadItem(load, leaf, item);
		ProgressAdd(1, VARSIZE(item));
	}
	ImageReaderClose(&reader);
	TableLoadEnd(load);
	if (reader.items != backup->items || reader.chunks != backup->chunks ||
	    reader.checksum != backup->checksum)
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
		                errmsg("the backup \"%.*s\" of table \"%.*s\" is not as it was written",
		                       BYTES_ARGS(backup->name), BYTES_ARGS(backup->table)),
		                errhint("Restore another backup of the table.")));
	CommandCounterIncrement();
	ProgressBeginPhase(PROGRESS_INDEXING, 0);
	TableFinishLoad(table);
	ReturnToCaller(&caller);
}
