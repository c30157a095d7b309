/*
 * Whether an update leaves every index entry as it is.
 *
 * Heap judges by columns: since each index mentions `item`, it would call no
 * update HOT. Here each index's values are compared for the old and the new
 * item. Indexes that are still being built count from the moment they are in
 * the catalog, since CREATE INDEX CONCURRENTLY relies on HOT chains that agree
 * with them.
 *
 * An index made only of dynamo's own key expressions is judged in C by the key
 * attributes that these read; which those are is worked out once and kept with
 * the relation's cache entry. Any other index that mentions the column is
 * evaluated by the executor, and rules HOT out while it is not valid.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/tableam.h"
#include "catalog/pg_type.h"
#include "catalog/index.h"
#include "executor/executor.h"
#include "nodes/nodeFuncs.h"
#include "utils/datum.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/relcache.h"

#include "item/compare.h"
#include "item/encoding.h"
#include "text/escape.h"
#include "item/item_difference.h"
#include "item/key.h"
#include "session/clean_session.h"
#include "storage/write/hot_update.h"
#include "storage/index/index_watch.h"
#include "storage/relation/key_expression.h"

/* An attribute that key_suffix reads, of any type. */
static bool
AttributeEqual(Bytes name, const Jsonb *old, const Jsonb *replacement)
{
	AttributeValue a;
	AttributeValue b;
	bool has_a = ItemGetAttribute(old, name, &a);
	bool has_b = ItemGetAttribute(replacement, name, &b);

	return has_a == has_b && (!has_a || AttributeValueEqual(&a, &b));
}

static bool
KeyColumnEqual(Bytes name, const WatchedPart *part, const Jsonb *old, const Jsonb *replacement)
{
	Datum a;
	Datum b;
	bool has_a = KeyColumnOfItem(old, name, part->type, part->limit, &a);
	bool has_b = KeyColumnOfItem(replacement, name, part->type, part->limit, &b);

	return has_a == has_b && (!has_a || datumIsEqual(a, b, false, -1));
}

static bool
PartEqual(const WatchedPart *part, const Jsonb *old, const Jsonb *replacement)
{
	Bytes name;

	if (!UnescapeName(part->stored_name, &name))
		elog(ERROR, "unexpected name of a key attribute");
	if (part->type == ANY_KEY_TYPE)
		return AttributeEqual(name, old, replacement);
	return KeyColumnEqual(name, part, old, replacement);
}

/* Few updates change a key, so only the attributes that have changed are looked up in the watch. */
static bool
PartsEqual(const IndexWatch *watch, const Jsonb *old, const Jsonb *replacement)
{
	ItemDifference difference;
	Bytes changed;

	if (!JsonContainerIsObject(&old->root) || !JsonContainerIsObject(&replacement->root))
		return false;
	ItemDifferenceStart(&difference, old, replacement);
	while (ItemDifferenceNext(&difference, &changed))
		for (int i = 0; i < watch->part_count; i++)
			if (BytesEqual(watch->parts[i].stored_name, changed) &&
			    !PartEqual(&watch->parts[i], old, replacement))
				return false;
	return true;
}

/* What an index makes of one row. */
typedef struct IndexEntry
{
	bool present;
	Datum values[INDEX_MAX_KEYS];
	bool nulls[INDEX_MAX_KEYS];
} IndexEntry;

static IndexEntry *
EvaluateIndex(IndexInfo *info, EState *state, TupleTableSlot *slot)
{
	IndexEntry *entry = palloc0_object(IndexEntry);
	ExprContext *context = CreateExprContext(state);

	context->ecxt_scantuple = slot;
	GetPerTupleExprContext(state)->ecxt_scantuple = slot;
	entry->present = ExecQual(ExecPrepareQual(info->ii_Predicate, state), context);
	if (entry->present)
		FormIndexDatum(info, slot, state, entry->values, entry->nulls);
	return entry;
}

/*
 * Only expressions: plain columns are never hidden. Their values have the
 * expression's type, which need not be that of the index's column.
 */
static bool
EntriesEqual(const IndexInfo *info, const IndexEntry *a, const IndexEntry *b)
{
	ListCell *expression = list_head(info->ii_Expressions);

	if (!a->present || !b->present)
		return a->present == b->present;
	for (int i = 0; i < info->ii_NumIndexAttrs; i++)
	{
		int16 length;
		bool by_value;

		if (info->ii_IndexAttrNumbers[i] != 0)
			continue;
		get_typlenbyval(exprType(lfirst(expression)), &length, &by_value);
		expression = lnext(info->ii_Expressions, expression);
		if (a->nulls[i] != b->nulls[i] ||
		    (!a->nulls[i] && !datum_image_eq(a->values[i], b->values[i], by_value, length)))
			return false;
	}
	return true;
}

static bool
EvaluatedEqual(Relation index, TupleTableSlot *old, TupleTableSlot *replacement)
{
	int level = SessionForeignCodeBegin();
	IndexInfo *info = BuildIndexInfo(index);
	EState *state = CreateExecutorState();
	MemoryContext caller = MemoryContextSwitchTo(GetPerTupleMemoryContext(state));
	bool equal = EntriesEqual(info, EvaluateIndex(info, state, old),
	                          EvaluateIndex(info, state, replacement));

	MemoryContextSwitchTo(caller);
	FreeExecutorState(state);
	SessionForeignCodeEnd(level);
	return equal;
}

/*
 * An index that is not ready or not valid is not evaluated, since that may be an error for items
 * that it does not hold: such an index rules HOT out.
 */
static bool
OtherEqual(Oid oid, TupleTableSlot *old, TupleTableSlot *replacement)
{
	Relation index = index_open(oid, AccessShareLock);
	bool equal = index->rd_index->indisready && index->rd_index->indisvalid &&
	             EvaluatedEqual(index, old, replacement);

	index_close(index, AccessShareLock);
	return equal;
}

static bool
OthersEqual(Relation relation, const Oid *others, int count, HeapTuple old, Buffer buffer,
            TupleTableSlot *replacement)
{
	TupleTableSlot *slot = table_slot_create(relation, NULL);
	bool equal = true;

	ExecStoreBufferHeapTuple(old, slot, buffer);
	for (int i = 0; equal && i < count; i++)
		equal = OtherEqual(others[i], slot, replacement);
	ExecDropSingleTupleTableSlot(slot);
	return equal;
}

static Oid *
CopyOids(const Oid *oids, int count)
{
	return count == 0 ? NULL : memcpy(palloc(count * sizeof(Oid)), oids, count * sizeof(Oid));
}

/* The column that the watch names, read before the watch is used: detoasting opens relations. */
static bool
ReadItems(Relation relation, AttrNumber column, HeapTuple old, TupleTableSlot *replacement,
          Jsonb **old_item, Jsonb **new_item)
{
	bool old_null;
	bool new_null;
	Datum old_value = heap_getattr(old, column, RelationGetDescr(relation), &old_null);
	Datum new_value = slot_getattr(replacement, column, &new_null);

	if (old_null || new_null ||
	    TupleDescAttr(RelationGetDescr(relation), column - 1)->atttypid != JSONBOID)
		return false;
	*old_item = DatumGetJsonbP(old_value);
	*new_item = DatumGetJsonbP(new_value);
	return true;
}

AttrNumber
ColumnToHide(Relation relation, HeapTuple old, Buffer buffer, TupleTableSlot *replacement)
{
	AttrNumber column = IndexWatchGet(relation)->column;
	const IndexWatch *watch;
	Jsonb *old_item;
	Jsonb *new_item;
	int other_count;
	Oid *others;

	if (column == InvalidAttrNumber ||
	    !ReadItems(relation, column, old, replacement, &old_item, &new_item))
		return InvalidAttrNumber;
	watch = IndexWatchGet(relation);
	if (watch->column != column || !PartsEqual(watch, old_item, new_item))
		return InvalidAttrNumber;
	other_count = watch->other_count;
	others = CopyOids(watch->others, other_count);
	if (other_count > 0 && !OthersEqual(relation, others, other_count, old, buffer, replacement))
		return InvalidAttrNumber;
	return column;
}
