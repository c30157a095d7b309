/*
 * Items and bytes of tables and indexes, as DescribeTable tells them.
 *
 * A count is a scan of every leaf, kept in dynamo.table_statistics with its
 * time, how long it took, and the sum of the leaves' change counters before it
 * began: where the counters have moved, or were lost in a crash, it is out of
 * date. The maintenance worker counts again within an interval
 * (dynamo.maintenance_interval), but spends no more than a tenth of the time on
 * any one table, and gives way to sessions that wait for the table; where it
 * does not run, DescribeTable counts for itself.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/indexing.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "item/encoding.h"
#include "item/size.h"
#include "storage/access_method.h"
#include "storage/catalog/catalog.h"
#include "storage/query/ddl.h"
#include "storage/relation/lock.h"
#include "storage/read/leaf_scan.h"
#include "session/preload.h"
#include "storage/query/relation_name.h"
#include "storage/index/index_entry.h"
#include "storage/statistics.h"

#define STATISTICS_NAME "table_statistics"
#define STATISTICS_KEY_NAME "table_statistics_pkey"
/* A table is counted for at most this share of the time. */
#define REST_FACTOR 10
/* How often a count looks whether a session waits for it. */
#define LOOK_MILLISECONDS 200

enum
{
	STATISTICS_COLUMN_RELATION = 1,
	STATISTICS_COLUMN_COUNTED,
	STATISTICS_COLUMN_SECONDS,
	STATISTICS_COLUMN_CHANGES,
	STATISTICS_COLUMN_NUMBERS,
	STATISTICS_COLUMN_ITEMS,
	STATISTICS_COLUMN_BYTES,
	STATISTICS_COLUMNS = STATISTICS_COLUMN_BYTES
};

int statistics_age = 60;

/* One count: of the table (number 0) and of each index. */
typedef struct Count
{
	TimestampTz counted;
	double seconds;
	int64 changes;
	int part_count;
	int64 *numbers;
	int64 *items;
	int64 *bytes;
} Count;

static Count
NewCount(int part_count)
{
	return (Count){ .part_count = part_count,
		            .numbers = palloc0_array(int64, part_count),
		            .items = palloc0_array(int64, part_count),
		            .bytes = palloc0_array(int64, part_count) };
}

/* Changes to the leaves since their statistics began. */
static int64
ChangeCounter(const Table *table)
{
	int64 changes = 0;

	for (int leaf = 0; leaf < table->definition.partitions; leaf++)
	{
		PgStat_StatTabEntry *entry = pgstat_fetch_stat_tabentry(table->leaves[leaf].relation);

		if (entry != NULL)
			changes += entry->tuples_inserted + entry->tuples_updated + entry->tuples_deleted;
	}
	return changes;
}

static bool
HasAttributes(const Jsonb *item, const KeyAttribute *attributes, int count)
{
	AttributeValue value;

	for (int i = 0; i < count; i++)
		if (!ItemGetAttribute(item, attributes[i].name, &value) || value.type != attributes[i].type)
			return false;
	return true;
}

static int
SizeOfAttribute(const Jsonb *item, Bytes name)
{
	AttributeValue value;

	return ItemGetAttribute(item, name, &value) ? name.length + AttributeValueSize(&value) : 0;
}

/* An attribute that was counted before does not count again. */
typedef struct ProjectedSize
{
	const Jsonb *item;
	List *names; /* of Bytes */
	int64 size;
} ProjectedSize;

static void
AddProjected(ProjectedSize *projected, const Bytes *name)
{
	ListCell *cell;

	foreach (cell, projected->names)
		if (BytesEqual(*(const Bytes *) lfirst(cell), *name))
			return;
	projected->names = lappend(projected->names, unconstify(Bytes *, name));
	projected->size += SizeOfAttribute(projected->item, *name);
}

static void
AddProjectedKey(ProjectedSize *projected, const KeySchema *key)
{
	for (int i = 0; i < key->partition_count; i++)
		AddProjected(projected, &key->partition[i].name);
	for (int i = 0; i < key->sort_count; i++)
		AddProjected(projected, &key->sort[i].name);
}

/* Bytes that the index holds of the item. */
static int64
SizeInIndex(const Table *table, const TableIndex *index, const Jsonb *item, int whole)
{
	ProjectedSize projected = { .item = item };

	if (index->projection == PROJECTION_ALL)
		return whole;
	AddProjectedKey(&projected, &table->definition.key);
	AddProjectedKey(&projected, &index->key);
	for (int i = 0; i < index->include_count; i++)
		AddProjected(&projected, &index->include[i]);
	return projected.size;
}

static void
CountVectors(const Table *table, const Jsonb *item, Count *count)
{
	for (int i = 0; i < table->definition.vector_count; i++)
	{
		const TableIndex *index = &table->definition.vectors[i];
		int part = table->definition.index_count + i + 1;
		IndexProjection projection;

		if (!IndexHolds(index, item))
			continue;
		projection = IndexProjectionOf(table, index);
		count->items[part]++;
		count->bytes[part] += VectorEntrySize(index, &projection, item);
	}
}

static void
CountItem(const Table *table, const Jsonb *item, Count *count)
{
	int stored = StoredItemSize(item);
	int size = SizeWithVectors(table, item, stored);

	count->items[0]++;
	count->bytes[0] += size;
	for (int i = 0; i < table->definition.index_count; i++)
	{
		const TableIndex *index = &table->definition.indexes[i];

		if (!HasAttributes(item, index->key.partition, index->key.partition_count) ||
		    !HasAttributes(item, index->key.sort, index->key.sort_count))
			continue;
		count->items[i + 1]++;
		count->bytes[i + 1] += SizeInIndex(table, index, item, stored);
	}
	CountVectors(table, item, count);
}

static bool
WaitsForRelation(const LockInstanceData *lock, Oid relation)
{
	return lock->waitLockMode != NoLock && lock->locktag.locktag_type == LOCKTAG_RELATION &&
	       lock->locktag.locktag_field1 == MyDatabaseId && lock->locktag.locktag_field2 == relation;
}

/*
 * A session that waits for a lock that conflicts with a count's, as to drop the table,
 * makes every other session wait too. Then the count is given up, as autovacuum gives
 * up its work.
 */
static void
GiveWay(const Table *table, Oid leaf)
{
	static TimestampTz looked = 0;
	TimestampTz now = GetCurrentTimestamp();
	LockData *data;

	if (!TimestampDifferenceExceeds(looked, now, LOOK_MILLISECONDS))
		return;
	looked = now;
	data = GetLockStatusData();
	for (int i = 0; i < data->nelements; i++)
		if (WaitsForRelation(&data->locks[i], leaf) ||
		    WaitsForRelation(&data->locks[i], table->relation))
			ereport(ERROR,
			        (errcode(ERRCODE_QUERY_CANCELED),
			         errmsg("counting table \"%.*s\" gives way to a session that waits for it",
			                BYTES_ARGS(table->definition.name))));
}

/* Each leaf has a snapshot of its own, so that counting does not hold back vacuum for long. */
static void
CountLeaf(const Table *table, Relation relation, bool gives_way, Count *count)
{
	AttrNumber column = LeafItemColumn(relation);
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	TupleTableSlot *slot = table_slot_create(relation, NULL);
	TableScanDesc scan = table_beginscan(relation, snapshot, 0, NULL);
	MemoryContext context =
	    AllocSetContextCreate(CurrentMemoryContext, "dynamo counted item", ALLOCSET_DEFAULT_SIZES);

	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		MemoryContext caller = MemoryContextSwitchTo(context);
		bool null;
		Datum item = slot_getattr(slot, column, &null);

		CHECK_FOR_INTERRUPTS();
		if (gives_way)
			GiveWay(table, RelationGetRelid(relation));
		if (!null) /* as it may be where the owner has dropped NOT NULL */
			CountItem(table, DatumGetJsonbP(item), count);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(context);
	}
	MemoryContextDelete(context);
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	UnregisterSnapshot(snapshot);
}

/*
 * A leaf that its owner has dropped, or made something else of, holds nothing: the table can still
 * be described and deleted.
 */
static void
CountLeaves(const Table *table, bool gives_way, Count *count)
{
	for (int leaf = 0; leaf < table->definition.partitions; leaf++)
	{
		Relation relation = try_relation_open(table->leaves[leaf].relation, AccessShareLock);

		if (relation == NULL)
			continue;
		if (HasHeapPages(relation))
			CountLeaf(table, relation, gives_way, count);
		relation_close(relation, AccessShareLock);
	}
}

static Count
CountTable(const Table *table, bool gives_way)
{
	Count count = NewCount(AllIndexCount(&table->definition) + 1);

	count.counted = GetCurrentTimestamp();
	count.changes = ChangeCounter(table);
	for (int i = 0; i < AllIndexCount(&table->definition); i++)
		count.numbers[i + 1] = AnyIndex(&table->definition, i)->number;
	CountLeaves(table, gives_way, &count);
	count.seconds = TimestampDifferenceMilliseconds(count.counted, GetCurrentTimestamp()) / 1000.0;
	return count;
}

static SysScanDesc
BeginScan(Relation statistics, Oid relation, Snapshot snapshot)
{
	ScanKeyData key;

	ScanKeyInit(&key, STATISTICS_COLUMN_RELATION, BTEqualStrategyNumber, F_OIDEQ,
	            ObjectIdGetDatum(relation));
	return systable_beginscan(statistics, DynamoRelation(FUNCTION_SCHEMA, STATISTICS_KEY_NAME),
	                          true, snapshot, 1, &key);
}

static Datum
IntegersToArray(const int64 *integers, int count)
{
	Datum *elements = palloc_array(Datum, count);

	for (int i = 0; i < count; i++)
		elements[i] = Int64GetDatum(integers[i]);
	return PointerGetDatum(
	    construct_array(elements, count, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* Of as many parts as there are; false where the array is not of this kind. */
static bool
IntegersFromArray(Datum datum, int count, int64 **integers)
{
	ArrayType *array = DatumGetArrayTypePCopy(datum);

	if (ARR_NDIM(array) != 1 || ARR_HASNULL(array) || ARR_DIMS(array)[0] != count)
		return false;
	*integers = (int64 *) ARR_DATA_PTR(array);
	return true;
}

static int
ArrayLength(Datum datum)
{
	ArrayType *array = DatumGetArrayTypeP(datum);

	return ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
}

/* False where the row is none that StoreCount has written. */
static bool
CountFromRow(HeapTuple row, TupleDesc descriptor, Count *count)
{
	Datum values[STATISTICS_COLUMNS];
	bool nulls[STATISTICS_COLUMNS];
	int parts;

	heap_deform_tuple(row, descriptor, values, nulls);
	count->counted = DatumGetTimestampTz(values[STATISTICS_COLUMN_COUNTED - 1]);
	count->seconds = DatumGetFloat8(values[STATISTICS_COLUMN_SECONDS - 1]);
	count->changes = DatumGetInt64(values[STATISTICS_COLUMN_CHANGES - 1]);
	parts = ArrayLength(values[STATISTICS_COLUMN_NUMBERS - 1]);
	if (!IntegersFromArray(values[STATISTICS_COLUMN_NUMBERS - 1], parts, &count->numbers) ||
	    !IntegersFromArray(values[STATISTICS_COLUMN_ITEMS - 1], parts, &count->items) ||
	    !IntegersFromArray(values[STATISTICS_COLUMN_BYTES - 1], parts, &count->bytes))
		return false;
	count->part_count = parts;
	return true;
}

static Relation
OpenStatistics(Oid oid, LOCKMODE lock)
{
	static const Oid types[] = { OIDOID,       TIMESTAMPTZOID, FLOAT8OID,   INT8OID,
		                         INT8ARRAYOID, INT8ARRAYOID,   INT8ARRAYOID };
	Relation statistics = table_open(oid, lock);

	CheckOwnColumns(statistics, types, lengthof(types), lengthof(types));
	return statistics;
}

static bool
ReadCount(Oid relation, Count *count)
{
	Relation statistics =
	    OpenStatistics(DynamoRelation(FUNCTION_SCHEMA, STATISTICS_NAME), AccessShareLock);
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	SysScanDesc scan = BeginScan(statistics, relation, snapshot);
	HeapTuple tuple = systable_getnext(scan);

	bool known =
	    HeapTupleIsValid(tuple) && CountFromRow(tuple, RelationGetDescr(statistics), count);

	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(statistics, AccessShareLock);
	return known;
}

static HeapTuple
FormCount(TupleDesc descriptor, Oid relation, const Count *count)
{
	Datum values[STATISTICS_COLUMNS];
	bool nulls[STATISTICS_COLUMNS] = { false };

	values[STATISTICS_COLUMN_RELATION - 1] = ObjectIdGetDatum(relation);
	values[STATISTICS_COLUMN_COUNTED - 1] = TimestampTzGetDatum(count->counted);
	values[STATISTICS_COLUMN_SECONDS - 1] = Float8GetDatum(count->seconds);
	values[STATISTICS_COLUMN_CHANGES - 1] = Int64GetDatum(count->changes);
	values[STATISTICS_COLUMN_NUMBERS - 1] = IntegersToArray(count->numbers, count->part_count);
	values[STATISTICS_COLUMN_ITEMS - 1] = IntegersToArray(count->items, count->part_count);
	values[STATISTICS_COLUMN_BYTES - 1] = IntegersToArray(count->bytes, count->part_count);
	return heap_form_tuple(descriptor, values, nulls);
}

/* Where another transaction stores the same table's count just now, that one will do. */
static void
StoreCount(Oid relation, const Count *count)
{
	Relation statistics;
	Snapshot snapshot;
	SysScanDesc scan;
	HeapTuple old;
	HeapTuple row;
	LOCKTAG tag = CountLock(relation);

	if (LockAcquire(&tag, ExclusiveLock, false, true) == LOCKACQUIRE_NOT_AVAIL)
		return;
	statistics = OpenStatistics(DynamoRelation(FUNCTION_SCHEMA, STATISTICS_NAME), RowExclusiveLock);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	scan = BeginScan(statistics, relation, snapshot);
	old = systable_getnext(scan);
	row = FormCount(RelationGetDescr(statistics), relation, count);
	if (HeapTupleIsValid(old))
		CatalogTupleUpdate(statistics, &old->t_self, row);
	else
		CatalogTupleInsert(statistics, row);
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(statistics, NoLock);
	CommandCounterIncrement();
}

void
StatisticsForget(Oid relation)
{
	Oid oid = DynamoRelation(FUNCTION_SCHEMA, STATISTICS_NAME);
	Relation statistics;
	Snapshot snapshot;
	SysScanDesc scan;
	HeapTuple row;

	if (!OidIsValid(oid))
		return;
	statistics = OpenStatistics(oid, RowExclusiveLock);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	scan = BeginScan(statistics, relation, snapshot);
	while (HeapTupleIsValid(row = systable_getnext(scan)))
		CatalogDeleteRow(statistics, row);
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(statistics, NoLock);
}

static bool
HasAllParts(const Count *count, const Table *table)
{
	for (int i = 0; i < AllIndexCount(&table->definition); i++)
	{
		int part = 1;

		while (part < count->part_count &&
		       count->numbers[part] != AnyIndex(&table->definition, i)->number)
			part++;
		if (part == count->part_count)
			return false;
	}
	return true;
}

/* Crash recovery throws the change counters away and sets this time. */
static bool
CountersLostSince(TimestampTz time)
{
	return pgstat_fetch_stat_archiver()->stat_reset_timestamp > time;
}

static bool
IsOutOfDate(const Count *count, const Table *table)
{
	long wait = Max(statistics_age * 1000L, (long) (count->seconds * 1000 * REST_FACTOR));

	if (!TimestampDifferenceExceeds(count->counted, GetCurrentTimestamp(), wait))
		return false;
	return count->changes != ChangeCounter(table) || CountersLostSince(count->counted) ||
	       !HasAllParts(count, table);
}

/* `count` is what is known; brings it up to date where that is due. */
static void
RefreshCount(const Table *table, Count *count, bool known, bool gives_way)
{
	if (known && !IsOutOfDate(count, table))
		return;
	*count = CountTable(table, gives_way);
	/* In a longer transaction the row would stay locked, in the way of a session that drops the
	 * table. */
	if (!RecoveryInProgress() && !XactReadOnly && !IsTransactionBlock())
		StoreCount(table->relation, count);
}

void
StatisticsRefresh(const Table *table)
{
	Count count = { 0 };
	bool known = ReadCount(table->relation, &count);

	RefreshCount(table, &count, known, true);
}

TableStatistics
TableGetStatistics(Table *table, const TableIndex *index)
{
	int number = index == NULL ? 0 : index->number;
	TableStatistics result = { 0, 0 };
	Count count = { 0 };
	bool known = ReadCount(table->relation, &count);

	if (!IsPreloaded())
		RefreshCount(table, &count, known, false);
	for (int i = 0; i < count.part_count; i++)
		if (count.numbers[i] == number)
			result = (TableStatistics){ count.items[i], count.bytes[i] };
	return result;
}
