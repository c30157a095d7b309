/*
 * The size of an item collection is counted item by item, the table's and the
 * local indexes' copies together, as the service does. Counting stops at
 * MAX_COUNTED bytes, so that a write to a big collection stays cheap: the range
 * then reaches from what was counted to the size of the whole table, which is
 * wider, and still true.
 */
#include "operation/item/collection_metrics.h"

#include "item/encoding.h"
#include "item/size.h"
#include "storage/index/index_entry.h"

#include "access/xact.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#define MAX_COUNTED (16 * 1024 * 1024)
#define GIGABYTE ((int64) 1024 * 1024 * 1024)

static bool
HasLocalIndex(const Table *table)
{
	for (int i = 0; i < table->definition.index_count; i++)
	{
		if (table->definition.indexes[i].local)
			return true;
	}
	return false;
}

bool
CollectionMetricsWanted(const Structure *request, const Table *table)
{
	Bytes metrics = StructureString(request, member_ReturnItemCollectionMetrics);

	return metrics.data != NULL && BytesEqual(metrics, BYTES_LITERAL("SIZE")) &&
	       HasLocalIndex(table);
}

static int64
SizeWithLocalEntries(const Table *table, const Jsonb *item)
{
	int64 size = StoredItemSize(item);

	for (int i = 0; i < table->definition.index_count; i++)
	{
		const TableIndex *index = &table->definition.indexes[i];
		IndexProjection projection;

		if (!index->local || !IndexHolds(index, item))
			continue;
		projection = IndexProjectionOf(table, index);
		size += IndexEntrySize(&projection, item);
	}
	return size;
}

/* Bytes counted; sets `whole` where that is all of the collection. */
static int64
CountCollection(Table *table, const ItemKey *key, bool *whole)
{
	RangeQuery query = { .partition = { key->partition }, .forward = true };
	MemoryContext row =
	    AllocSetContextCreate(CurrentMemoryContext, "item collection", ALLOCSET_SMALL_SIZES);
	ItemCursor *cursor = ItemCursorQuery(table, &query);
	PassingLimit limit = { .bytes = MAX_COUNTED };
	const Jsonb *item = NULL;
	int64 bytes = 0;

	ItemCursorLimit(cursor, &limit);
	while (bytes < MAX_COUNTED && (item = ItemCursorNext(cursor)) != NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(row);

		bytes += SizeWithLocalEntries(table, item);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(row);
	}
	*whole = item == NULL && limit.row == NULL;
	ItemCursorClose(cursor);
	MemoryContextDelete(row);
	return bytes;
}

static int64
WholeTableBytes(Table *table)
{
	int64 bytes = TableGetStatistics(table, NULL).size_bytes;

	for (int i = 0; i < table->definition.index_count; i++)
	{
		if (table->definition.indexes[i].local)
			bytes += TableGetStatistics(table, &table->definition.indexes[i]).size_bytes;
	}
	return bytes;
}

/* Counts under a snapshot that sees what this command has written. */
static void
EstimateRange(Table *table, const ItemKey *key, int64 *lower, int64 *upper)
{
	bool whole;

	CommandCounterIncrement();
	PushCopiedSnapshot(GetActiveSnapshot());
	UpdateActiveSnapshotCommandId();
	*lower = CountCollection(table, key, &whole) / GIGABYTE;
	PopActiveSnapshot();
	*upper = *lower + 1;
	if (!whole)
		*upper = Max(*upper, WholeTableBytes(table) / GIGABYTE + 1);
}

void
CollectionMetricsWrite(JsonWriter *writer, Table *table, const ItemKey *key)
{
	int64 lower;
	int64 upper;

	EstimateRange(table, key, &lower, &upper);
	JsonBeginObject(writer);
	JsonName(writer, "ItemCollectionKey");
	JsonBeginObject(writer);
	JsonNameBytes(writer, table->definition.key.partition[0].name);
	AttributeValueWrite(writer, &key->partition);
	JsonEndObject(writer);
	JsonName(writer, "SizeEstimateRangeGB");
	JsonBeginArray(writer);
	JsonDouble(writer, lower);
	JsonDouble(writer, upper);
	JsonEndArray(writer);
	JsonEndObject(writer);
}

void
CollectionMetricsMember(JsonWriter *response, const Structure *request, Table *table,
                        const ItemKey *key)
{
	if (!CollectionMetricsWanted(request, table))
		return;
	JsonName(response, "ItemCollectionMetrics");
	CollectionMetricsWrite(response, table, key);
}
