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
 * evaluated by the executor.
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
#include "utils/memutils.h"
#include "utils/relcache.h"

#include "item/compare.h"
#include "item/encoding.h"
#include "item/escape.h"
#include "item/item_difference.h"
#include "item/key.h"
#include "storage/hot_update.h"
#include "storage/key_expression.h"

/* One value that index entries depend on. */
typedef struct WatchedPart
{
	AttributeType type;
	int limit;
	Bytes stored_name;
} WatchedPart;

/*
 * What the indexes of a relation depend on. One chunk of memory, as rd_amcache
 * must be: the parts, then `others`, then the bytes of the names.
 */
typedef struct IndexWatch
{
	AttrNumber column; /* the one that expressions read; InvalidAttrNumber: nothing can be hidden */
	int part_count;
	int other_count;
	Oid *others; /* indexes that the executor must evaluate */
	WatchedPart parts[FLEXIBLE_ARRAY_MEMBER];
} IndexWatch;

/* While an IndexWatch is worked out. */
typedef struct WatchBuilder
{
	AttrNumber column;
	Bitmapset *plain_columns; /* that indexes have as they are */
	List *parts;              /* of WatchedPart */
	List *others;             /* of Oid */
	int name_bytes;
} WatchBuilder;

static bool
PartKnown(const WatchBuilder *builder, const WatchedPart *part)
{
	ListCell *cell;

	foreach (cell, builder->parts)
	{
		WatchedPart *known = lfirst(cell);

		if (known->type == part->type && known->limit == part->limit &&
		    BytesEqual(known->stored_name, part->stored_name))
			return true;
	}
	return false;
}

/* Collects what a key expression reads; false where it is none, or of another column. */
static bool
AddKeyExpression(WatchBuilder *builder, Node *node)
{
	KeyExpressionPart parts[2];
	AttrNumber column;
	Bytes name;
	int part_count;

	if (!KeyExpressionParse(node, &column, parts, &part_count))
		return false;
	if (builder->column == InvalidAttrNumber)
		builder->column = column;
	if (builder->column != column)
		return false;
	for (int i = 0; i < part_count; i++)
	{
		WatchedPart *part = palloc_object(WatchedPart);

		part->type = parts[i].type;
		part->limit = parts[i].limit;
		if (!UnescapeName(BytesFromCString(parts[i].name), &name))
			return false;
		/* An index of users may escape what needs none; items are stored without. */
		part->stored_name = EscapeName(name);
		if (PartKnown(builder, part))
			continue;
		builder->parts = lappend(builder->parts, part);
		builder->name_bytes += part->stored_name.length;
	}
	return true;
}

/* `key expression IS NOT NULL`. */
static bool
AddPredicate(WatchBuilder *builder, Node *node)
{
	return IsA(node, NullTest) && AddKeyExpression(builder, (Node *) ((NullTest *) node)->arg);
}

static bool
AddKeyIndex(WatchBuilder *builder, List *expressions, List *predicate)
{
	ListCell *cell;

	foreach (cell, expressions)
		if (!AddKeyExpression(builder, lfirst(cell)))
			return false;
	foreach (cell, predicate)
		if (!AddPredicate(builder, lfirst(cell)))
			return false;
	return true;
}

static void
AddIndex(WatchBuilder *builder, Oid oid)
{
	Relation index = index_open(oid, AccessShareLock);
	Form_pg_index form = index->rd_index;

	for (int i = 0; i < form->indnatts; i++)
		if (form->indkey.values[i] > 0)
			builder->plain_columns = bms_add_member(builder->plain_columns, form->indkey.values[i]);
	if (!AddKeyIndex(builder, RelationGetIndexExpressions(index), RelationGetIndexPredicate(index)))
		builder->others = lappend_oid(builder->others, oid);
	index_close(index, AccessShareLock);
}

static void
CopyParts(IndexWatch *watch, List *parts, char *names)
{
	ListCell *cell;

	foreach (cell, parts)
	{
		WatchedPart *copy = &watch->parts[watch->part_count++];

		*copy = *(WatchedPart *) lfirst(cell);
		memcpy(names, copy->stored_name.data, copy->stored_name.length);
		copy->stored_name.data = names;
		names += copy->stored_name.length;
	}
}

static IndexWatch *
FlattenWatch(const WatchBuilder *builder)
{
	Size parts_size = list_length(builder->parts) * sizeof(WatchedPart);
	Size others_size = list_length(builder->others) * sizeof(Oid);
	Size head_size = offsetof(IndexWatch, parts) + parts_size;
	IndexWatch *watch =
	    MemoryContextAllocZero(CacheMemoryContext, head_size + others_size + builder->name_bytes);
	ListCell *cell;

	if (!bms_is_member(builder->column, builder->plain_columns))
		watch->column = builder->column;
	watch->others = (Oid *) ((char *) watch + head_size);
	foreach (cell, builder->others)
		watch->others[watch->other_count++] = lfirst_oid(cell);
	CopyParts(watch, builder->parts, (char *) (watch->others + watch->other_count));
	return watch;
}

/*
 * Opening an index may bring news of another one: the watch is kept only where
 * the list of indexes is still the one that it was made of.
 */
static IndexWatch *
BuildWatch(Relation relation)
{
	WatchBuilder builder;
	List *indexes;
	ListCell *cell;

	do
	{
		memset(&builder, 0, sizeof(builder));
		indexes = RelationGetIndexList(relation);
		foreach (cell, indexes)
			AddIndex(&builder, lfirst_oid(cell));
	} while (!equal(indexes, RelationGetIndexList(relation)));
	return FlattenWatch(&builder);
}

/* Good until the next invalidation may be taken, that is, until anything is opened. */
static const IndexWatch *
GetWatch(Relation relation)
{
	if (relation->rd_amcache == NULL)
	{
		MemoryContext context =
		    AllocSetContextCreate(CurrentMemoryContext, "dynamo index watch", ALLOCSET_SMALL_SIZES);
		MemoryContext caller = MemoryContextSwitchTo(context);

		relation->rd_amcache = BuildWatch(relation);
		MemoryContextSwitchTo(caller);
		MemoryContextDelete(context);
	}
	return relation->rd_amcache;
}

/* An attribute that key_suffix reads, of whatever type. */
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
OtherEqual(Oid oid, TupleTableSlot *old, TupleTableSlot *replacement)
{
	Relation index = index_open(oid, AccessShareLock);
	IndexInfo *info = BuildIndexInfo(index);
	EState *state = CreateExecutorState();
	MemoryContext caller = MemoryContextSwitchTo(GetPerTupleMemoryContext(state));
	bool equal = EntriesEqual(info, EvaluateIndex(info, state, old),
	                          EvaluateIndex(info, state, replacement));

	MemoryContextSwitchTo(caller);
	FreeExecutorState(state);
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
	AttrNumber column = GetWatch(relation)->column;
	const IndexWatch *watch;
	Jsonb *old_item;
	Jsonb *new_item;
	int other_count;
	Oid *others;

	if (column == InvalidAttrNumber ||
	    !ReadItems(relation, column, old, replacement, &old_item, &new_item))
		return InvalidAttrNumber;
	watch = GetWatch(relation);
	if (watch->column != column || !PartsEqual(watch, old_item, new_item))
		return InvalidAttrNumber;
	other_count = watch->other_count;
	others = CopyOids(watch->others, other_count);
	if (other_count > 0 && !OthersEqual(relation, others, other_count, old, buffer, replacement))
		return InvalidAttrNumber;
	return column;
}
