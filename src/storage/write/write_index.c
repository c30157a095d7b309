/*
 * Entries of a written row in its leaf's indexes. The columns of dynamo's own
 * indexes are computed here from the item; any other index, users' own or one
 * that is still being built, goes the way of PostgreSQL's executor.
 */
#include "postgres.h"

#include "access/genam.h"
#include "catalog/index.h"
#include "executor/executor.h"
#include "nodes/execnodes.h"
#include "utils/datum.h"

#include "session/clean_session.h"
#include "storage/index/index_layout.h"
#include "storage/vector/vector_index.h"
#include "storage/write/write_leaf.h"

/* The index of the table's definition that `index` is on this leaf, or NULL. */
static const TableIndex *
OwnIndex(const LeafWriter *writer, Oid index)
{
	const TableDefinition *definition = &writer->table->definition;

	for (int i = 0; i < AllIndexCount(definition); i++)
		if (AnyIndex(definition, i)->leaf_indexes[writer->leaf_number] == index)
			return AnyIndex(definition, i);
	if (definition->time_to_live != NULL &&
	    definition->time_to_live->leaf_indexes[writer->leaf_number] == index)
		return definition->time_to_live;
	return NULL;
}

/* btree takes no IndexInfo. */
static bool
InsertEntry(LeafWriter *writer, Relation index, Datum *columns, IndexUniqueCheck check,
            bool unchanged)
{
	bool nulls[MAX_INDEX_COLUMNS] = { false };

	return index_insert(index, columns, nulls, &writer->slot->tts_tid, writer->leaf, check,
	                    unchanged, NULL);
}

static bool
InsertKeyEntry(LeafWriter *writer, bool update)
{
	ScanKeyData keys[MAX_ITEM_KEY_COLUMNS];
	Datum columns[MAX_ITEM_KEY_COLUMNS];
	int column_count = ItemKeyColumns(writer->key, keys);

	for (int i = 0; i < column_count; i++)
		columns[i] = keys[i].sk_argument;
	return InsertEntry(writer, LeafWriterKeyIndex(writer), columns,
	                   update ? UNIQUE_CHECK_YES : UNIQUE_CHECK_PARTIAL, update);
}

bool
InsertNewKeyEntry(LeafWriter *writer)
{
	return InsertKeyEntry(writer, false);
}

/* Whether the old item has the very same columns: btree then expects versions to pile up. */
static bool
Unchanged(const IndexLayout *layout, const LeafWriter *writer, const Jsonb *old,
          const Datum *columns)
{
	Datum old_columns[MAX_INDEX_COLUMNS];

	if (old == NULL || !IndexLayoutOfItem(layout, old, writer->key, old_columns))
		return false;
	for (int i = 0; i < layout->column_count; i++)
		if (!datumIsEqual(columns[i], old_columns[i], false, -1))
			return false;
	return true;
}

/* As Unchanged says it. */
static bool
SameVector(const TableIndex *definition, const Jsonb *old, const Datum *columns, int count)
{
	Datum old_columns[MAX_VECTOR_COLUMNS];

	if (old == NULL || VectorColumnsOfItem(definition, old, old_columns) != count)
		return false;
	for (int i = 0; i < count; i++)
		if (!datumIsEqual(columns[i], old_columns[i], false, -1))
			return false;
	return true;
}

static void
InsertVectorEntry(LeafWriter *writer, Relation index, const TableIndex *definition,
                  const Jsonb *item, const Jsonb *old)
{
	Datum columns[MAX_INDEX_COLUMNS];
	int count = VectorColumnsOfItem(definition, item, columns);

	if (count > 0)
		InsertEntry(writer, index, columns, UNIQUE_CHECK_NO,
		            SameVector(definition, old, columns, count));
}

static void
InsertOwnEntry(LeafWriter *writer, Relation index, const TableIndex *definition, const Jsonb *item,
               const Jsonb *old)
{
	IndexLayout layout;
	Datum columns[MAX_INDEX_COLUMNS];

	if (definition->vector != NULL)
	{
		InsertVectorEntry(writer, index, definition, item, old);
		return;
	}
	IndexLayoutInit(&layout, writer->table, definition);
	if (IndexLayoutOfItem(&layout, item, writer->key, columns))
		InsertEntry(writer, index, columns, UNIQUE_CHECK_NO,
		            Unchanged(&layout, writer, old, columns));
}

static void
InsertForeignEntryIn(LeafWriter *writer, Relation index, IndexInfo *info, EState *executor)
{
	Datum columns[INDEX_MAX_KEYS];
	bool nulls[INDEX_MAX_KEYS];

	GetPerTupleExprContext(executor)->ecxt_scantuple = writer->slot;
	if (info->ii_Predicate != NIL &&
	    !ExecQual(ExecPrepareQual(info->ii_Predicate, executor), GetPerTupleExprContext(executor)))
		return;
	FormIndexDatum(info, writer->slot, executor, columns, nulls);
	index_insert(index, columns, nulls, &writer->slot->tts_tid, writer->leaf,
	             info->ii_Unique ? UNIQUE_CHECK_YES : UNIQUE_CHECK_NO, false, info);
	if (info->ii_ExclusionOps)
		check_exclusion_constraint(writer->leaf, index, info, &writer->slot->tts_tid, columns,
		                           nulls, executor, false);
	IndexInsertCleanup(index, info);
}

static void
InsertForeignEntry(LeafWriter *writer, Relation index, UpdateIndexes updates)
{
	int level = SessionForeignCodeBegin();
	IndexInfo *info = BuildIndexInfo(index);

	if (info->ii_ReadyForInserts &&
	    (!UpdateIndexesSummarizing(updates) || IndexInfoSummarizing(info)))
	{
		EState *executor = CreateExecutorState();

		InsertForeignEntryIn(writer, index, info, executor);
		FreeExecutorState(executor);
	}
	pfree(info);
	SessionForeignCodeEnd(level);
}

static void
InsertSecondaryEntry(LeafWriter *writer, Oid oid, const Jsonb *item, const Jsonb *old,
                     UpdateIndexes updates)
{
	Relation index = index_open(oid, RowExclusiveLock);
	const TableIndex *own = OwnIndex(writer, oid);

	if (own == NULL)
		InsertForeignEntry(writer, index, updates);
	else if (!UpdateIndexesSummarizing(updates) && index->rd_index->indisready)
		InsertOwnEntry(writer, index, own, item, old);
	index_close(index, NoLock);
}

bool
InsertIndexEntries(LeafWriter *writer, const Jsonb *item, const Jsonb *old, UpdateIndexes updates)
{
	List *indexes = RelationGetIndexList(writer->leaf);
	ListCell *cell;

	/* The key first, so that a row which is killed again leaves no other entries. */
	if (!UpdateIndexesSummarizing(updates) && !InsertKeyEntry(writer, old != NULL))
		return false;
	foreach (cell, indexes)
		if (lfirst_oid(cell) != writer->lookup.key_index)
			InsertSecondaryEntry(writer, lfirst_oid(cell), item, old, updates);
	list_free(indexes);
	return true;
}
