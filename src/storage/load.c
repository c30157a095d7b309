/*
 * Items are gathered in runs, one a leaf, so that they may come in any order of leaves; a run is
 * written when it is full. No page stays pinned between two runs.
 */
#include "storage/load.h"

#include "access/heapam.h"
#include "access/relation.h"
#include "access/xact.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/memutils.h"

#include "session/subtransaction.h"
#include "storage/access_method.h"
#include "storage/read/leaf_scan.h"
#include "storage/query/ddl.h"
#include "storage/relation/key_expression.h"
#include "storage/relation/table_owner.h"

#define RUN_ITEMS 1000
#define RUN_BYTES (64 * 1024)
/* Of all runs together: a table may have many leaves. */
#define ALL_RUNS_BYTES (16 * 1024 * 1024)

typedef struct LeafRun
{
	Relation leaf;
	AttrNumber column;     /* of its items */
	BulkInsertState bulk;  /* NULL: no item has come */
	MemoryContext context; /* of the items of the run */
	TupleTableSlot **slots;
	int slot_count; /* made for the leaf */
	int count;      /* used */
	Size bytes;
} LeafRun;

struct TableLoad
{
	Table *table;
	MemoryContext context; /* of the load */
	LeafRun *runs;         /* one a leaf */
	Size bytes;            /* of all runs */
};

/* Of its own a leaf has the CHECK of the item, and an item that is not null. */
static bool
HasOnlyItsRules(Relation leaf)
{
	TupleDesc descriptor = RelationGetDescr(leaf);
	AttrNumber item = LeafItemColumn(leaf);
	const TriggerDesc *triggers = leaf->trigdesc;

	for (int i = 0; i < descriptor->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(descriptor, i);

		if (i != item - 1 && !column->attisdropped && (column->attnotnull || column->atthasdef))
			return false;
	}
	if (descriptor->constr != NULL && descriptor->constr->num_check > 1)
		return false;
	return triggers == NULL ||
	       !(triggers->trig_insert_before_row || triggers->trig_insert_after_row);
}

/* Items are written past the executor, which alone obeys what an owner has added meanwhile. */
static void
CheckRules(const Table *table, Relation leaf)
{
	if (!HasOnlyItsRules(leaf))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("table \"%.*s\" has a constraint, a default or a trigger before its"
		                       " items are loaded",
		                       BYTES_ARGS(table->definition.name)),
		                errhint("Add it when the table is ACTIVE.")));
}

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
	CheckRules(table, relation);
	return relation;
}

TableLoad *
TableLoadBegin(Table *table)
{
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo loaded items", ALLOCSET_DEFAULT_SIZES);
	TableLoad *load = MemoryContextAllocZero(context, sizeof(TableLoad));

	load->table = table;
	load->context = context;
	load->runs = MemoryContextAllocZero(context, sizeof(LeafRun) * table->definition.partitions);
	LockRelationOid(table->relation, RowExclusiveLock);
	for (int leaf = 0; leaf < table->definition.partitions; leaf++)
		load->runs[leaf].leaf = OpenLeaf(table, leaf);
	return load;
}

static void
WriteRun(TableLoad *load, LeafRun *run)
{
	MemoryContext caller;

	if (run->count == 0)
		return;
	CHECK_FOR_INTERRUPTS();
	caller = MemoryContextSwitchTo(run->context);
	heap_multi_insert(run->leaf, run->slots, run->count, GetCurrentCommandId(true), 0, run->bulk);
	ReleaseBulkInsertStatePin(run->bulk);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(run->context);
	load->bytes -= run->bytes;
	run->count = 0;
	run->bytes = 0;
}

static void
WriteRuns(TableLoad *load)
{
	for (int leaf = 0; leaf < load->table->definition.partitions; leaf++)
		WriteRun(load, &load->runs[leaf]);
}

static void
BeginRun(TableLoad *load, LeafRun *run)
{
	run->column = LeafItemColumn(run->leaf);
	run->bulk = GetBulkInsertState();
	run->context =
	    AllocSetContextCreate(load->context, "dynamo loaded run", ALLOCSET_DEFAULT_SIZES);
	run->slots = palloc_array(TupleTableSlot *, RUN_ITEMS);
}

static TupleTableSlot *
NextSlot(LeafRun *run)
{
	if (run->count == run->slot_count)
		run->slots[run->slot_count++] =
		    MakeSingleTupleTableSlot(RelationGetDescr(run->leaf), &TTSOpsVirtual);
	return run->slots[run->count++];
}

/* Columns that the owner has added meanwhile stay null. */
static void
FillSlot(const LeafRun *run, TupleTableSlot *slot, const Jsonb *item)
{
	Jsonb *copy = MemoryContextAlloc(run->context, VARSIZE(item));

	memcpy(copy, item, VARSIZE(item));
	ExecClearTuple(slot);
	memset(slot->tts_isnull, true, sizeof(bool) * slot->tts_tupleDescriptor->natts);
	slot->tts_isnull[run->column - 1] = false;
	slot->tts_values[run->column - 1] = JsonbPGetDatum(copy);
	(void) ExecStoreVirtualTuple(slot);
}

static LeafRun *
RunOf(TableLoad *load, int leaf)
{
	if (leaf < 0 || leaf >= load->table->definition.partitions)
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
		                errmsg("an item belongs to partition %d, which table \"%.*s\" has not",
		                       leaf, BYTES_ARGS(load->table->definition.name))));
	if (load->runs[leaf].bulk == NULL)
		BeginRun(load, &load->runs[leaf]);
	return &load->runs[leaf];
}

void
TableLoadItem(TableLoad *load, int leaf, const Jsonb *item)
{
	MemoryContext caller = MemoryContextSwitchTo(load->context);
	LeafRun *run = RunOf(load, leaf);

	FillSlot(run, NextSlot(run), item);
	run->bytes += VARSIZE(item);
	load->bytes += VARSIZE(item);
	if (run->count == RUN_ITEMS || run->bytes >= RUN_BYTES)
		WriteRun(load, run);
	else if (load->bytes >= ALL_RUNS_BYTES)
		WriteRuns(load);
	MemoryContextSwitchTo(caller);
}

static void
EndRun(LeafRun *run)
{
	if (run->bulk != NULL)
		FreeBulkInsertState(run->bulk);
	for (int i = 0; i < run->slot_count; i++)
		ExecDropSingleTupleTableSlot(run->slots[i]);
	relation_close(run->leaf, NoLock);
}

void
TableLoadEnd(TableLoad *load)
{
	WriteRuns(load);
	for (int leaf = 0; leaf < load->table->definition.partitions; leaf++)
		EndRun(&load->runs[leaf]);
	MemoryContextDelete(load->context);
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

/* Without an index: all items of the leaf are sorted. */
static void
RemoveDuplicates(const Table *table, Oid leaf)
{
	char *relation = RelationSqlName(leaf);
	StringInfoData columns;

	initStringInfo(&columns);
	AppendTableKeyColumns(&columns, &table->definition.key);
	ExecuteDdl(psprintf("DELETE FROM %s WHERE ctid IN (SELECT c FROM (SELECT ctid AS c,"
	                    " pg_catalog.row_number() OVER (PARTITION BY %s ORDER BY ctid DESC) AS n"
	                    " FROM %s) AS d WHERE n > 1)",
	                    relation, columns.data, relation));
	CommandCounterIncrement();
}

static void
Finish(void *table)
{
	TableFinishLoad(table);
}

/* Keys are mostly unique, so that it is enough to find out while the indexes are built. */
void
TableFinishLoadOfAny(Table *table)
{
	ErrorData *error = SubtransactionTry(Finish, table);

	if (error == NULL)
		return;
	if (error->sqlerrcode != ERRCODE_UNIQUE_VIOLATION)
		ReThrowError(error);
	FreeErrorData(error);
	for (int leaf = 0; leaf < table->definition.partitions; leaf++)
		RemoveDuplicates(table, table->leaves[leaf].relation);
	TableFinishLoad(table);
}
