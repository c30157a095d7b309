/*
 * See own_row.h.
 */
#include "storage/query/own_row.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "executor/tuptable.h"
#include "nodes/execnodes.h"

#include "compat.h"

static void
InsertIndexEntry(Relation index, Relation relation, TupleTableSlot *slot)
{
	IndexInfo *info = BuildIndexInfo(index);
	Datum values[INDEX_MAX_KEYS];
	bool nulls[INDEX_MAX_KEYS];

	if (info->ii_Expressions != NIL || info->ii_Predicate != NIL)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
		                errmsg("index \"%s\" of a table of dynamo has expressions or a predicate",
		                       RelationGetRelationName(index)),
		                errhint("Drop the index.")));
	FormIndexDatum(info, slot, NULL, values, nulls);
	(void) index_insert(index, values, nulls, &slot->tts_tid, relation,
	                    index->rd_index->indisunique ? UNIQUE_CHECK_YES : UNIQUE_CHECK_NO, false,
	                    info);
	IndexInsertCleanup(index, info);
}

/* Values that are moved out of line are written the same way. */
void
OwnRowInsert(Relation relation, Datum *values)
{
	TupleDesc columns = RelationGetDescr(relation);
	TupleTableSlot *slot = MakeSingleTupleTableSlot(columns, &TTSOpsHeapTuple);
	bool nulls[MaxTupleAttributeNumber] = { false };
	HeapTuple tuple = heap_form_tuple(columns, values, nulls);
	List *indexes = RelationGetIndexList(relation);
	ListCell *cell;

	heap_insert(relation, tuple, GetCurrentCommandId(true), HEAP_INSERT_NO_LOGICAL, NULL);
	ExecStoreHeapTuple(tuple, slot, false);
	slot->tts_tid = tuple->t_self;
	foreach (cell, indexes)
	{
		Relation index = index_open(lfirst_oid(cell), RowExclusiveLock);

		InsertIndexEntry(index, relation, slot);
		index_close(index, RowExclusiveLock);
	}
	list_free(indexes);
	ExecDropSingleTupleTableSlot(slot);
	heap_freetuple(tuple);
}
