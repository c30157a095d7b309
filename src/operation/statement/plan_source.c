/*
 * Reading what a plan lays out.
 *
 * Merged parts each have a cursor that stands on its next item; the least one by
 * the sort attributes comes first, of equal ones the one of the first part. A
 * page resumes in each part at the sort attributes of the item that ended it:
 * what the parts before and behind that item's hold of the same value has or has
 * not been read. So a row that is not to be given is passed over when its turn
 * comes, and the page may end there: merged parts' cursors stop at each.
 */
#include "operation/statement/plan_source.h"

#include "item/compare.h"
#include "item/encoding.h"

#include "lib/binaryheap.h"
#include "miscadmin.h"

/* One part of several that are merged. */
typedef struct MergedPart
{
	const ReadPlan *plan;
	int part;
	ItemCursor *cursor;
	PassingLimit limit;
	const Jsonb *item;                       /* limit.row: it is not to be given */
	AttributeValue sort[MAX_KEY_ATTRIBUTES]; /* of the item */
} MergedPart;

typedef struct PlanSource
{
	ItemSource source;
	Table *table;
	const ReadPlan *plan;
	const AttributeValue *start_after;
	int first_part; /* of the plan: the source's part 0 */
	ItemCursor *cursor;
	Jsonb *item; /* of a part that is one item */
	bool last_is_item;

	MergedPart *merged;
	int merged_count;
	binaryheap *heap;
	MergedPart *current; /* where the last item came from */
} PlanSource;

/* The item that the part is, if there is one. */
static const Jsonb *
ReadItemPart(PlanSource *source, const ItemKey *key)
{
	if (source->item != NULL)
		pfree(source->item);
	source->item = ItemRead(source->table, key);
	return source->item;
}

static void
OpenPart(PlanSource *source, int part)
{
	RangeQuery query = PlanPart(source->plan, source->first_part + part);

	query.start_after = part == 0 ? source->start_after : NULL;
	source->cursor = ItemCursorQuery(source->table, &query);
	ItemCursorLimit(source->cursor, &source->source.limit);
}

static const Jsonb *
NextOfCursor(PlanSource *source)
{
	const Jsonb *item;

	if (source->cursor == NULL)
		return NULL;
	item = ItemCursorNext(source->cursor);
	if (item == NULL && source->source.limit.row == NULL)
	{
		ItemCursorClose(source->cursor);
		source->cursor = NULL;
	}
	return item;
}

static const Jsonb *
NextInSequence(ItemSource *items)
{
	PlanSource *source = (PlanSource *) items;
	const Jsonb *item;

	while ((item = NextOfCursor(source)) == NULL && items->limit.row == NULL &&
	       items->parts_read < items->part_count)
	{
		ItemKey key;

		CHECK_FOR_INTERRUPTS();
		items->part = items->parts_read++;
		source->last_is_item = PlanPartIsItem(source->plan, source->first_part + items->part, &key);
		if (!source->last_is_item)
			OpenPart(source, items->part);
		else if ((item = ReadItemPart(source, &key)) != NULL)
			break;
	}
	return item;
}

static const Jsonb *
NextOfScan(ItemSource *items)
{
	items->parts_read = 1;
	return NextOfCursor((PlanSource *) items);
}

static int
CompareSorts(const ReadPlan *plan, const AttributeValue *a, const AttributeValue *b)
{
	for (int i = 0; i < plan->key->sort_count; i++)
	{
		int order = AttributeValueCompare(&a[i], &b[i]);

		if (order != 0)
			return plan->forward ? order : -order;
	}
	return 0;
}

/* For a heap whose first is its greatest. */
static int
CompareMerged(Datum left, Datum right, void *arg)
{
	const MergedPart *a = (const MergedPart *) DatumGetPointer(left);
	const MergedPart *b = (const MergedPart *) DatumGetPointer(right);
	int order = CompareSorts(a->plan, a->sort, b->sort);

	return order != 0 ? -order : b->part - a->part;
}

/* Moves to the part's next item; false at its end. */
static bool
AdvanceMerged(MergedPart *part)
{
	const KeySchema *key = part->plan->key;

	part->item = ItemCursorNext(part->cursor);
	if (part->limit.row != NULL)
		part->item = part->limit.row;
	if (part->item == NULL)
		return false;
	for (int i = 0; i < key->sort_count; i++)
	{
		if (!ItemGetAttribute(part->item, key->sort[i].name, &part->sort[i]))
			elog(ERROR, "an indexed item lacks its key attribute \"%.*s\"",
			     BYTES_ARGS(key->sort[i].name));
	}
	return true;
}

/* Moves to the next item of all parts; false at the end. */
static bool
StepMerged(PlanSource *source)
{
	if (source->current != NULL)
	{
		if (AdvanceMerged(source->current))
			binaryheap_replace_first(source->heap, PointerGetDatum(source->current));
		else
			binaryheap_remove_first(source->heap);
	}
	if (binaryheap_empty(source->heap))
		return false;
	source->current = (MergedPart *) DatumGetPointer(binaryheap_first(source->heap));
	return true;
}

static const Jsonb *
NextMerged(ItemSource *items)
{
	PlanSource *source = (PlanSource *) items;
	PassingLimit *limit = &items->limit;

	items->parts_read = items->part_count;
	limit->row = NULL;
	while (limit->row == NULL && StepMerged(source))
	{
		MergedPart *part = source->current;

		CHECK_FOR_INTERRUPTS();
		items->part = part->part;
		if (part->limit.row == NULL)
			return part->item;
		limit->passed += VARSIZE(part->item);
		if (limit->passed >= limit->bytes)
			limit->row = part->item;
	}
	return NULL;
}

/* Lets the range of another part than the start's begin at the start's sort attributes. */
static void
BoundAtStart(const ReadPlan *plan, const AttributeValue *start, RangeQuery *query)
{
	RangeBound *near = plan->forward ? &query->lower : &query->upper;

	if (plan->sort_count < plan->key->sort_count)
		*near = (RangeBound){ MapGet(start, plan->key->sort[plan->sort_count].name), true };
}

/* Passes over what the pages before have read; false where nothing is left. */
static bool
SkipToStart(MergedPart *part, const AttributeValue *start, int start_part)
{
	AttributeValue sort[MAX_KEY_ATTRIBUTES];
	const KeySchema *key = part->plan->key;

	for (int i = 0; i < key->sort_count; i++)
		sort[i] = *MapGet(start, key->sort[i].name);
	while (true)
	{
		int order = CompareSorts(part->plan, part->sort, sort);

		if (order > 0 || (order == 0 && part->part > start_part))
			return true;
		if (!AdvanceMerged(part))
			return false;
	}
}

static void
OpenMergedPart(PlanSource *source, int number, int start_part)
{
	MergedPart *part = &source->merged[source->merged_count++];
	const AttributeValue *start = source->start_after;
	RangeQuery query = PlanPart(source->plan, number);

	*part = (MergedPart){ .plan = source->plan, .part = number };
	if (number == start_part)
		query.start_after = start;
	else if (start != NULL)
		BoundAtStart(source->plan, start, &query);
	part->cursor = ItemCursorQuery(source->table, &query);
	ItemCursorLimit(part->cursor, &part->limit);
	if (!AdvanceMerged(part))
		return;
	if (start != NULL && number != start_part && !SkipToStart(part, start, start_part))
		return;
	binaryheap_add_unordered(source->heap, PointerGetDatum(part));
}

/* `start_part` is -1 where there is no start. */
static void
OpenMerged(PlanSource *source, int start_part)
{
	int count = source->plan->part_count;

	source->source.next = NextMerged;
	source->source.part_count = count;
	source->merged = palloc(sizeof(MergedPart) * Max(count, 1));
	source->heap = binaryheap_allocate(Max(count, 1), CompareMerged, NULL);
	for (int i = 0; i < count; i++)
		OpenMergedPart(source, i, start_part);
	binaryheap_build(source->heap);
}

static void
OpenScan(PlanSource *source)
{
	SegmentScan scan = { .index = source->plan->index,
		                 .total_segments = 1,
		                 .start_after = source->start_after };

	source->source.next = NextOfScan;
	source->source.part_count = 1;
	source->cursor = ItemCursorScan(source->table, &scan);
	ItemCursorLimit(source->cursor, &source->source.limit);
}

static void
OpenSequence(PlanSource *source, int start_part)
{
	ItemKey key;

	source->source.next = NextInSequence;
	source->first_part = Max(start_part, 0);
	/* The one item of the start's part has been read. */
	if (start_part >= 0 && PlanPartIsItem(source->plan, start_part, &key))
	{
		source->first_part++;
		source->start_after = NULL;
	}
	source->source.part_count = source->plan->part_count - source->first_part;
	/* To learn that there is nothing to read is a read. */
	if (source->source.part_count == 0)
	{
		source->source.next = NextOfScan;
		source->source.part_count = 1;
	}
}

ItemSource *
PlanSourceOpen(Table *table, const ReadPlan *plan, const AttributeValue *start_after)
{
	PlanSource *source = palloc0(sizeof(PlanSource));
	int start_part = -1;

	source->table = table;
	source->plan = plan;
	source->start_after = start_after;
	if (!plan->scan && start_after != NULL)
	{
		start_part = PlanFindPart(plan, start_after);
		if (start_part < 0)
			return NULL;
	}
	if (plan->scan)
		OpenScan(source);
	else if (plan->merged)
		OpenMerged(source, start_part);
	else
		OpenSequence(source, start_part);
	return &source->source;
}

bool
PlanSourceAtEnd(const ItemSource *items)
{
	return ((const PlanSource *) items)->last_is_item && items->parts_read == items->part_count;
}

void
PlanSourceClose(ItemSource *items)
{
	PlanSource *source = (PlanSource *) items;

	if (source->cursor != NULL)
		ItemCursorClose(source->cursor);
	for (int i = 0; i < source->merged_count; i++)
		ItemCursorClose(source->merged[i].cursor);
	if (source->heap != NULL)
		binaryheap_free(source->heap);
}
