/*
 * A page ends when it has evaluated Limit items, or as many as make 1 MB by the
 * size of what the index holds of them. The item that reaches the limit belongs
 * to the page, which is why full pages of the service count a little over 128
 * units. LastEvaluatedKey is given whenever the page stopped for its limits,
 * whether or not anything follows. Rows that are hidden from the role count towards
 * the 1 MB by their stored size, so that a page never reads much more; entries of other
 * segments have a limit of their own, since the size of a page is to be of its items.
 *
 * Everything that is made for an item lives in a context that is reset for the
 * next one; only the response grows.
 */
#include "operation/read/page.h"

#include "error/error.h"
#include "item/size.h"
#include "metrics/call.h"
#include "operation/throughput/capacity.h"
#include "operation/item/item_read.h"
#include "operation/read/start_key.h"
#include "operation/throughput/throttle.h"
#include "storage/read/row_policy.h"

#include "utils/memutils.h"

#define MAX_PAGE_SIZE (1024 * 1024)

typedef struct PageState
{
	const PageRequest *page;
	const Selection *selection;
	ItemSource *source;
	ItemSink *sink;
	PageResult result;
	int parts_before;     /* read by earlier pages of the source */
	int64 bytes;          /* as the table or index holds them */
	int64 *part_bytes;    /* the same of each part */
	int64 fetched_bytes;  /* read from the table for a local index */
	double fetched_units; /* each item on its own */
} PageState;

PageRequest
PageRequestOf(const Structure *request)
{
	return (PageRequest){
		.table_name = StructureString(request, member_TableName),
		.consistent = StructureBoolean(request, member_ConsistentRead, false),
		.limit = StructureInteger(request, member_Limit, 0),
		.detail = CapacityDetailOf(request),
		.select = SelectParse(request),
	};
}

const TableIndex *
PageIndex(const PageRequest *page, Bytes name)
{
	const TableIndex *index;

	if (name.data == NULL)
		return NULL;
	index = TableFindIndex(page->table, name);
	if (index == NULL)
		ValidationError(TEXT_NO_INDEX, BYTES_ARGS(name));
	if (!index->local && page->consistent)
		ValidationError(TEXT_CONSISTENT_GLOBAL);
	if (index->status == STATUS_CREATING)
		ValidationError(TEXT_INDEX_BACKFILLING, BYTES_ARGS(name));
	return index;
}

static ItemsShown
ShownBy(SelectKind kind)
{
	switch (kind)
	{
		case SELECT_ALL_ATTRIBUTES:
			return SHOWS_WHOLE_ITEMS;
		case SELECT_SPECIFIC_ATTRIBUTES:
			return SHOWS_NAMED;
		case SELECT_COUNT:
			return SHOWS_COUNT;
		case SELECT_DEFAULT:
		case SELECT_ALL_PROJECTED_ATTRIBUTES:
			break;
	}
	return SHOWS_INDEX_ENTRIES;
}

TableAccess
PageOpenTable(const OperationContext *context, PageRequest *page, Bytes index, AccessRequest wanted)
{
	TableAccess access;

	wanted.required = ACL_SELECT;
	wanted.index = index;
	wanted.shows = ShownBy(page->select);
	wanted.selects = true;
	wanted.capacity = page->detail;
	wanted.expressions[0] = page->projection;
	wanted.expressions[1] = page->filter;
	access = AccessOpen(context, page->table_name, &wanted);
	page->table = access.table;
	return access;
}

TableAccess
PageOpen(const OperationContext *context, PageRequest *page, Bytes index, AccessRequest wanted)
{
	TableAccess access = PageOpenTable(context, page, index, wanted);

	page->index = PageIndex(page, index);
	return access;
}

Selection
PageSelection(const PageRequest *page)
{
	return SelectFrom(page->table, page->index, page->select, page->projection);
}

static void
CountBytes(PageState *state, int bytes)
{
	state->bytes += bytes;
	state->part_bytes[state->source->part] += bytes;
}

/* Counts the item and returns what conditions and projections may see of it. */
static ItemView
EvaluatedView(PageState *state, const Jsonb *item, AttributeValue *entry)
{
	const Selection *selection = state->selection;

	state->result.scanned++;
	if (selection->entry.all)
	{
		CountBytes(state, StoredItemSize(item));
		return (ItemView){ .stored = item };
	}
	*entry = IndexEntry(&selection->entry, item);
	CountBytes(state, ItemSize(entry));
	if (selection->fetches)
	{
		int size = StoredItemSize(item);

		state->fetched_bytes += size;
		state->fetched_units += ReadUnits(size, state->page->consistent);
		return (ItemView){ .stored = item };
	}
	return (ItemView){ .map = entry };
}

static void
EvaluateItem(PageState *state, const Jsonb *item)
{
	AttributeValue entry;
	ItemView view = EvaluatedView(state, item, &entry);

	if (!ConditionEvaluate(state->page->filter, &view))
		return;
	state->result.matched++;
	if (state->sink != NULL)
		state->sink->take(state->sink, &view, state->selection->projection);
}

static bool
PageIsFull(const PageState *state)
{
	if (state->page->limit > 0 && state->result.scanned >= state->page->limit)
		return true;
	if (state->sink != NULL && state->sink->is_full != NULL && state->sink->is_full(state->sink))
		return true;
	if (state->source->limit.entries >= MOST_PASSED_ENTRIES / 2)
		return true;
	return state->bytes + state->fetched_bytes + state->source->limit.passed >= MAX_PAGE_SIZE;
}

static const Jsonb *
NextItem(PageState *state)
{
	ItemSource *source = state->source;

	source->limit.bytes = MAX_PAGE_SIZE - state->bytes - state->fetched_bytes;
	return source->next(source);
}

/* Evaluates items until the page is full; returns the item that filled it, or NULL. */
static const Jsonb *
ReadItems(PageState *state)
{
	MemoryContext row =
	    AllocSetContextCreate(CurrentMemoryContext, "item of a page", ALLOCSET_DEFAULT_SIZES);
	const Jsonb *item;

	state->source->limit = (PassingLimit){ 0 };
	while ((item = NextItem(state)) != NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(row);

		EvaluateItem(state, item);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(row);
		if (PageIsFull(state))
			break;
	}
	MemoryContextDelete(row);
	return item;
}

/* Before anything is read. */
static void
StartConsumed(PageState *state)
{
	const PageRequest *page = state->page;
	ConsumedCapacity *consumed = &state->result.consumed;

	*consumed =
	    ConsumedCapacityStart(page->detail, page->table_name, page->table, CONSUMPTION_READ);
	consumed->key = page->key;
	consumed->range = page->range;
	ThrottleCheck(consumed, page->index);
}

static void
CountConsumed(PageState *state)
{
	const PageRequest *page = state->page;
	ConsumedCapacity *consumed = &state->result.consumed;
	double units = 0;

	/* A part is a read where it gave anything or, when it begins, nothing. */
	for (int i = 0; i < state->source->parts_read; i++)
	{
		if (i >= state->parts_before || state->part_bytes[i] > 0)
			units += ReadUnits(state->part_bytes[i], page->consistent);
	}
	consumed->table_units = page->index != NULL ? state->fetched_units : units;
	if (page->index != NULL)
		ConsumedCapacityAddIndex(consumed, page->index, units);
	ThrottleSettle(consumed, 1);
}

PageResult
PageRead(const PageRequest *page, const Selection *selection, ItemSource *source, ItemSink *sink)
{
	PageState state = {
		.page = page,
		.selection = selection,
		.source = source,
		.sink = sink,
		.parts_before = source->parts_read,
	};

	StartConsumed(&state);
	state.part_bytes = palloc0(sizeof(int64) * source->part_count);
	state.result.last = ReadItems(&state);
	if (state.result.last == NULL && source->limit.row != NULL)
	{
		state.result.last = source->limit.row;
		state.result.hidden = source->limit.row_is_foreign || RowsMayBeHidden(page->table);
	}
	CountConsumed(&state);
	pfree(state.part_bytes);
	return state.result;
}

typedef struct JsonSink
{
	ItemSink sink;
	JsonWriter *writer;
} JsonSink;

static void
TakeAsJson(ItemSink *sink, const ItemView *item, const BoundExpression *projection)
{
	ProjectedItemWrite(((JsonSink *) sink)->writer, item, projection);
}

static bool
JsonIsFull(const ItemSink *sink)
{
	return AnswerIsFull(((const JsonSink *) sink)->writer);
}

PageResult
PageReadJson(const PageRequest *page, const Selection *selection, ItemSource *source,
             JsonWriter *writer)
{
	JsonSink sink = { { TakeAsJson, JsonIsFull }, writer };
	PageResult result;

	if (selection->kind == SELECT_COUNT)
		return PageRead(page, selection, source, NULL);
	JsonBeginArray(writer);
	result = PageRead(page, selection, source, &sink.sink);
	JsonEndArray(writer);
	return result;
}

static const Jsonb *
NextOfCursor(ItemSource *source)
{
	source->parts_read = 1;
	return ItemCursorNext(((CursorSource *) source)->cursor);
}

void
CursorSourceInit(CursorSource *source, ItemCursor *cursor)
{
	*source = (CursorSource){ { .next = NextOfCursor, .part_count = 1 }, cursor };
	ItemCursorLimit(cursor, &source->source.limit);
}

void
PageWrite(const PageRequest *page, const Selection *selection, ItemCursor *cursor, Bytes purpose,
          JsonWriter *response)
{
	CursorSource source;
	PageResult result;

	CursorSourceInit(&source, cursor);
	JsonBeginObject(response);
	if (selection->kind != SELECT_COUNT)
		JsonName(response, "Items");
	result = PageReadJson(page, selection, &source.source, response);
	JsonName(response, "Count");
	JsonInteger(response, result.matched);
	MetricsNoteItems(result.matched);
	JsonName(response, "ScannedCount");
	JsonInteger(response, result.scanned);
	if (result.last != NULL && result.hidden)
		SealedKeyWrite(response, page->table, page->index, result.last, purpose);
	else if (result.last != NULL)
		LastEvaluatedKeyWrite(response, page->table, page->index, result.last);
	ItemCursorClose(cursor);
	ConsumedCapacityMember(response, &result.consumed);
	JsonEndObject(response);
}
