/*
 * Counting capacity units and reporting them.
 */
#include "operation/throughput/capacity.h"

#include "item/size.h"
#include "metrics/series.h"
#include "storage/index/index_entry.h"

#define READ_UNIT 4096
#define WRITE_UNIT 1024

CapacityDetail
CapacityDetailOf(const Structure *request)
{
	Bytes detail = StructureString(request, member_ReturnConsumedCapacity);

	if (detail.data == NULL || BytesEqual(detail, BYTES_LITERAL("NONE")))
		return CAPACITY_NONE;
	if (BytesEqual(detail, BYTES_LITERAL("TOTAL")))
		return CAPACITY_TOTAL;
	return CAPACITY_INDEXES;
}

ConsumedCapacity
ConsumedCapacityStart(CapacityDetail detail, Bytes table_name, Table *table, ConsumptionKind kind)
{
	ConsumedCapacity capacity = { .detail = detail, .table_name = table_name, .table = table };

	capacity.kind = kind;
	capacity.throughput = TableThroughputTracked(table);
	if (detail != CAPACITY_NONE || capacity.throughput != NULL || metrics_consumed_capacity)
		capacity.index_units = palloc0(sizeof(double) * Max(table->definition.index_count, 1));
	return capacity;
}

void
ConsumedCapacityRestart(ConsumedCapacity *capacity)
{
	const ConsumedCapacity before = *capacity;

	*capacity = ConsumedCapacityStart(before.detail, before.table_name, before.table, before.kind);
	capacity->key = before.key;
	capacity->range = before.range;
}

static int64
Units(int64 bytes, int unit)
{
	return Max((bytes + unit - 1) / unit, 1);
}

double
ReadUnits(int64 bytes, bool consistent)
{
	return Units(bytes, READ_UNIT) * (consistent ? 1.0 : 0.5);
}

static bool
IndexKeysEqual(const TableIndex *index, const Jsonb *a, const Jsonb *b)
{
	KeyAttributeList keys = KeyAttributesOf(&index->key);
	IndexProjection projection = { .names = palloc(sizeof(Bytes) * keys.count) };

	for (int i = 0; i < keys.count; i++)
		projection.names[projection.count++] = keys.attributes[i]->name;
	return IndexEntriesEqual(&projection, a, b);
}

/* What an index's entry costs to change. `before` and `after` are NULL where the index has none. */
static double
IndexWriteUnits(const Table *table, const TableIndex *index, const Jsonb *before,
                const Jsonb *after)
{
	IndexProjection projection = IndexProjectionOf(table, index);
	int64 before_units;
	int64 after_units;

	if (before == NULL && after == NULL)
		return 0;
	if (before != NULL && after != NULL && IndexEntriesEqual(&projection, before, after))
		return 0;
	before_units = before ? Units(IndexEntrySize(&projection, before), WRITE_UNIT) : 0;
	after_units = after ? Units(IndexEntrySize(&projection, after), WRITE_UNIT) : 0;
	if (before != NULL && after != NULL && IndexKeysEqual(index, before, after))
		return Max(before_units, after_units);
	return before_units + after_units;
}

static int64
TableWriteUnits(const Jsonb *before, const Jsonb *after)
{
	int64 before_bytes = before != NULL ? StoredItemSize(before) : 0;
	int64 after_bytes = after != NULL ? StoredItemSize(after) : 0;

	return Units(Max(before_bytes, after_bytes), WRITE_UNIT);
}

void
ConsumedCapacityAddFailedWrite(ConsumedCapacity *capacity, const Jsonb *before, const Jsonb *after)
{
	if (ConsumedCapacityIsCounted(capacity))
		capacity->table_units += TableWriteUnits(before, after);
}

/* Of an entry that changes: the key that it has then, or had. */
static void
NoteEntryKey(ConsumedCapacity *capacity, int place, const Jsonb *before, const Jsonb *after)
{
	const TableDefinition *definition = &capacity->table->definition;

	if (capacity->throughput == NULL ||
	    capacity->throughput->indexes[place].insights == INSIGHTS_NONE)
		return;
	if (capacity->entry_keys == NULL)
		capacity->entry_keys = palloc0(sizeof(EntryKeys *) * definition->index_count);
	capacity->entry_keys[place] =
	    EntryKeysOfItem(&definition->indexes[place], after != NULL ? after : before);
}

void
ConsumedCapacityAddWrite(ConsumedCapacity *capacity, const Jsonb *before, const Jsonb *after)
{
	const TableDefinition *definition;

	if (!ConsumedCapacityIsCounted(capacity))
		return;
	capacity->table_units += TableWriteUnits(before, after);
	definition = &capacity->table->definition;
	for (int i = 0; i < definition->index_count; i++)
	{
		const TableIndex *index = &definition->indexes[i];
		bool held = before != NULL && IndexHolds(index, before);
		bool holds = after != NULL && IndexHolds(index, after);
		double units =
		    IndexWriteUnits(capacity->table, index, held ? before : NULL, holds ? after : NULL);

		capacity->index_units[i] += units;
		if (units > 0 && !index->local)
			NoteEntryKey(capacity, i, held ? before : NULL, holds ? after : NULL);
	}
}

void
ConsumedCapacityAddIndex(ConsumedCapacity *capacity, const TableIndex *index, double units)
{
	if (ConsumedCapacityIsCounted(capacity))
		capacity->index_units[index - capacity->table->definition.indexes] += units;
}

void
ConsumedCapacityAdd(ConsumedCapacity *capacity, const ConsumedCapacity *part, int times)
{
	if (!ConsumedCapacityIsCounted(capacity))
		return;
	capacity->table_units += part->table_units * times;
	for (int i = 0; i < capacity->table->definition.index_count; i++)
		capacity->index_units[i] += part->index_units[i];
}

static double
TotalUnits(const ConsumedCapacity *capacity)
{
	double total = capacity->table_units;

	for (int i = 0; i < capacity->table->definition.index_count; i++)
		total += capacity->index_units[i];
	return total;
}

static void
WriteUnits(JsonWriter *writer, const ConsumedCapacity *capacity, double units)
{
	JsonName(writer, "CapacityUnits");
	JsonDouble(writer, units);
	if (capacity->units_member == NULL)
		return;
	JsonName(writer, capacity->units_member);
	JsonDouble(writer, units);
}

static void
WriteUnitsObject(JsonWriter *writer, const ConsumedCapacity *capacity, double units)
{
	JsonBeginObject(writer);
	WriteUnits(writer, capacity, units);
	JsonEndObject(writer);
}

/* Writes the member for the local or the global indexes, where one of them consumed anything. */
static void
WriteIndexes(JsonWriter *writer, const ConsumedCapacity *capacity, bool local, const char *member)
{
	const TableDefinition *definition = &capacity->table->definition;
	bool begun = false;

	for (int i = 0; i < definition->index_count; i++)
	{
		const TableIndex *index = &definition->indexes[i];

		if (index->local != local || capacity->index_units[i] == 0)
			continue;
		if (!begun)
		{
			JsonName(writer, member);
			JsonBeginObject(writer);
			begun = true;
		}
		JsonNameBytes(writer, index->name);
		WriteUnitsObject(writer, capacity, capacity->index_units[i]);
	}
	if (begun)
		JsonEndObject(writer);
}

void
ConsumedCapacityWrite(JsonWriter *writer, const ConsumedCapacity *capacity)
{
	JsonBeginObject(writer);
	JsonName(writer, "TableName");
	JsonString(writer, capacity->table_name);
	WriteUnits(writer, capacity, TotalUnits(capacity));
	if (capacity->detail == CAPACITY_INDEXES)
	{
		JsonName(writer, "Table");
		WriteUnitsObject(writer, capacity, capacity->table_units);
		WriteIndexes(writer, capacity, true, "LocalSecondaryIndexes");
		WriteIndexes(writer, capacity, false, "GlobalSecondaryIndexes");
	}
	JsonEndObject(writer);
}

void
ConsumedCapacityMember(JsonWriter *response, const ConsumedCapacity *capacity)
{
	if (capacity->detail == CAPACITY_NONE)
		return;
	JsonName(response, "ConsumedCapacity");
	ConsumedCapacityWrite(response, capacity);
}
