/*
 * What a relation's indexes depend on.
 *
 * Indexes that are still being built count from the moment they are in the
 * catalog.
 */
#include "postgres.h"

#include "access/genam.h"
#include "nodes/primnodes.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/relcache.h"

#include "item/key.h"
#include "text/escape.h"
#include "session/clean_session.h"
#include "storage/index/index_watch.h"
#include "storage/relation/key_expression.h"
#include "storage/vector/vector_index.h"

/* While an IndexWatch is worked out. */
typedef struct WatchBuilder
{
	AttrNumber column;
	Bitmapset *plain_columns; /* that indexes have as they are */
	List *parts;              /* of WatchedPart */
	List *others;             /* of Oid */
	int name_bytes;
	int key_count;
	int key[MAX_ITEM_KEY_COLUMNS];
} WatchBuilder;

/* The number of the part, which is added where it is not known yet. */
static int
AddPart(WatchBuilder *builder, const WatchedPart *part)
{
	for (int i = 0; i < list_length(builder->parts); i++)
	{
		const WatchedPart *known = list_nth(builder->parts, i);

		if (known->type == part->type && known->limit == part->limit &&
		    BytesEqual(known->stored_name, part->stored_name))
			return i;
	}
	builder->parts =
	    lappend(builder->parts, memcpy(palloc_object(WatchedPart), part, sizeof(*part)));
	builder->name_bytes += part->stored_name.length;
	return list_length(builder->parts) - 1;
}

/* The name as items have it: an index of users may escape what needs none. */
static bool
StoredName(const char *name, Bytes *stored)
{
	Bytes plain;

	if (!UnescapeName(BytesFromCString(name), &plain))
		return false;
	*stored = EscapeName(plain);
	return true;
}

/*
 * Collects what a key expression reads: the number of the parts, whose own numbers
 * it sets; 0 where it is none, or of another column.
 */
static int
AddKeyExpression(WatchBuilder *builder, Node *node, int numbers[2])
{
	KeyExpressionPart parts[2];
	AttrNumber column;
	int part_count;

	if (!KeyExpressionParse(node, &column, parts, &part_count))
		return 0;
	if (builder->column == InvalidAttrNumber)
		builder->column = column;
	if (builder->column != column)
		return 0;
	for (int i = 0; i < part_count; i++)
	{
		WatchedPart part = { parts[i].type, parts[i].limit };

		if (!StoredName(parts[i].name, &part.stored_name))
			return 0;
		numbers[i] = AddPart(builder, &part);
	}
	return part_count;
}

/* An attribute that a code depends on, whose value is compared as a whole. */
static bool
AddWhole(WatchBuilder *builder, Bytes name)
{
	WatchedPart part = { ANY_KEY_TYPE, KEY_SUFFIX_LIMIT, EscapeName(name) };

	(void) AddPart(builder, &part);
	return true;
}

/* The same of the expression of an index of vectors. */
static bool
AddVectorExpression(WatchBuilder *builder, Node *node)
{
	VectorForm form;
	AttrNumber column;

	if (!VectorExpressionParse(node, &column, &form))
		return false;
	if (builder->column == InvalidAttrNumber)
		builder->column = column;
	if (builder->column != column)
		return false;
	for (int i = 0; i < form.filter_count; i++)
		AddWhole(builder, form.filters[i].name);
	return AddWhole(builder, form.attribute);
}

static bool
AddExpression(WatchBuilder *builder, Node *node)
{
	int numbers[2];

	return AddKeyExpression(builder, node, numbers) > 0 || AddVectorExpression(builder, node);
}

/* `key expression IS NOT NULL`. */
static bool
AddPredicate(WatchBuilder *builder, Node *node)
{
	return IsA(node, NullTest) && AddExpression(builder, (Node *) ((NullTest *) node)->arg);
}

static bool
AddKeyIndex(WatchBuilder *builder, List *expressions, List *predicate)
{
	ListCell *cell;

	foreach (cell, expressions)
		if (!AddExpression(builder, lfirst(cell)))
			return false;
	foreach (cell, predicate)
		if (!AddPredicate(builder, lfirst(cell)))
			return false;
	return true;
}

/* Notes the key where the index, whose parts are known, is the first unique one: the leaf's own. */
static void
NoteKey(WatchBuilder *builder, Relation index)
{
	List *expressions = RelationGetIndexExpressions(index);
	int count = list_length(expressions);

	if (builder->key_count > 0 || !index->rd_index->indisunique || count == 0 ||
	    count > MAX_ITEM_KEY_COLUMNS || RelationGetIndexPredicate(index) != NIL)
		return;
	for (int i = 0; i < count; i++)
	{
		int numbers[2];

		if (AddKeyExpression(builder, list_nth(expressions, i), numbers) != 1 ||
		    ((WatchedPart *) list_nth(builder->parts, numbers[0]))->type == ANY_KEY_TYPE)
			return;
		builder->key[i] = numbers[0];
	}
	builder->key_count = count;
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
	else
		NoteKey(builder, index);
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
	watch->key_column = builder->column;
	watch->key_count = builder->key_count;
	memcpy(watch->key, builder->key, sizeof(watch->key));
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
	int level = SessionForeignCodeBegin(); /* what is constant in expressions is evaluated */
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
	SessionForeignCodeEnd(level);
	return FlattenWatch(&builder);
}

const IndexWatch *
IndexWatchGet(Relation relation)
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
