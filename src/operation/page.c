/*
 * A page ends when it has evaluated Limit items, or as many as make 1 MB by the
 * size of what the index holds of them. The item that reaches the limit belongs
 * to the page, which is why full pages of the service count a little over 128
 * units. LastEvaluatedKey is given whenever the page stopped for its limits,
 * whether or not anything follows.
 *
 * Everything that is made for an item lives in a context that is reset for the
 * next one; only the response grows.
 */
#include "operation/page.h"

#include "error/error.h"
#include "item/size.h"
#include "operation/capacity.h"
#include "operation/item_read.h"
#include "operation/parameters.h"
#include "operation/start_key.h"

#include "utils/memutils.h"

#define MAX_PAGE_SIZE (1024 * 1024)

typedef struct PageState
{
	const PageRequest *page;
	const Selection *selection;
	JsonWriter *response;
	bool consistent;
	int64 limit; /* 0: none */
	int64 scanned;
	int64 matched;
	int64 bytes;          /* as the table or index holds them */
	int64 fetched_bytes;  /* read from the table for a local index */
	double fetched_units; /* each item on its own */
} PageState;

const TableIndex *
PageIndex(const JsonNode *request, const Table *table)
{
	Bytes name = JsonGetString(request, "IndexName");
	const TableIndex *index;

	if (name.data == NULL)
		return NULL;
	index = TableFindIndex(table, name);
	if (index == NULL)
		ValidationError("The table does not have the specified index: %.*s", BYTES_ARGS(name));
	if (!index->local && JsonGetBoolean(request, "ConsistentRead", false))
		ValidationError("Consistent reads are not supported on global secondary indexes");
	if (index->status == STATUS_CREATING)
		ValidationError("Cannot read from backfilling global secondary index: %.*s",
		                BYTES_ARGS(name));
	return index;
}

Selection
PageSelection(const PageRequest *page)
{
	return SelectFrom(page->table, page->index, page->select, page->projection);
}

/* Counts the item and returns what conditions and projections may see of it. */
static ItemView
EvaluatedView(PageState *state, const Jsonb *item, AttributeValue *entry)
{
	const Selection *selection = state->selection;

	state->scanned++;
	if (selection->entry.all)
	{
		state->bytes += StoredItemSize(item);
		return (ItemView){ .stored = item };
	}
	*entry = IndexEntry(&selection->entry, item);
	state->bytes += ItemSize(entry);
	if (selection->fetches)
	{
		int size = StoredItemSize(item);

		state->fetched_bytes += size;
		state->fetched_units += ReadUnits(size, state->consistent);
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
	state->matched++;
	if (state->selection->kind != SELECT_COUNT)
		ProjectedItemWrite(state->response, &view, state->selection->projection);
}

static bool
PageIsFull(const PageState *state)
{
	if (state->limit > 0 && state->scanned >= state->limit)
		return true;
	return state->bytes + state->fetched_bytes >= MAX_PAGE_SIZE;
}

/* Evaluates items until the page is full; returns the item that filled it, or NULL at the end. */
static const Jsonb *
ReadPage(PageState *state, ItemCursor *cursor)
{
	MemoryContext row =
	    AllocSetContextCreate(CurrentMemoryContext, "item of a page", ALLOCSET_DEFAULT_SIZES);
	const Jsonb *item;

	while ((item = ItemCursorNext(cursor)) != NULL)
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

static void
WriteCapacity(const PageState *state)
{
	const PageRequest *page = state->page;
	double units = ReadUnits(state->bytes, state->consistent);
	ConsumedCapacity capacity = ConsumedCapacityStart(
	    CapacityDetailOf(page->request), JsonGetString(page->request, "TableName"), page->table);

	capacity.table_units = page->index != NULL ? state->fetched_units : units;
	if (page->index != NULL)
		ConsumedCapacityAddIndex(&capacity, page->index, units);
	ConsumedCapacityMember(state->response, &capacity);
}

static const Jsonb *
WriteItems(PageState *state, ItemCursor *cursor)
{
	const Jsonb *last;

	if (state->selection->kind == SELECT_COUNT)
		return ReadPage(state, cursor);
	JsonName(state->response, "Items");
	JsonBeginArray(state->response);
	last = ReadPage(state, cursor);
	JsonEndArray(state->response);
	return last;
}

void
PageWrite(const PageRequest *page, const Selection *selection, ItemCursor *cursor,
          JsonWriter *response)
{
	const Jsonb *last;
	PageState state = {
		.page = page,
		.selection = selection,
		.response = response,
		.consistent = JsonGetBoolean(page->request, "ConsistentRead", false),
		.limit = JsonGetInteger(page->request, "Limit", 0),
	};

	JsonBeginObject(response);
	last = WriteItems(&state, cursor);
	JsonName(response, "Count");
	JsonInteger(response, state.matched);
	JsonName(response, "ScannedCount");
	JsonInteger(response, state.scanned);
	if (last != NULL)
		LastEvaluatedKeyWrite(response, page->table, page->index, last);
	ItemCursorClose(cursor);
	WriteCapacity(&state);
	JsonEndObject(response);
}
