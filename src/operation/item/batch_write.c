/*
 * BatchWriteItem: up to 25 puts and deletes in several tables. They are one
 * transaction here. An item that another transaction holds for longer than
 * lock_timeout is left out and handed back as unprocessed; the others are tried
 * again without it. So is an item that its table, or an index that it changes,
 * has no throughput left for; each is admitted for itself, and pays once. Items
 * are written in the order of their tables and keys.
 */
#include "operation/item_operations.h"

#include "error/error.h"
#include "item/item_rules.h"
#include "item/encoding.h"
#include "item/size.h"
#include "operation/access/table_access.h"
#include "operation/item/batch.h"
#include "operation/item/collection_metrics.h"
#include "operation/request/parameters.h"
#include "operation/throughput/throttle.h"
#include "storage/write/write.h"

#include "miscadmin.h"
#include "storage/index/index_entry.h"

#define MAX_BATCH_WRITES 25

/* Milliseconds: once one item has been waited for, others that are held are not. */
#define SECOND_LOCK_TIMEOUT 10

typedef struct BatchWriteEntry
{
	ItemKey key;        /* first, so that sorted keys lead back to their entries */
	AttributeValue map; /* the item to put, or the key to delete */
	bool put;
	bool unprocessed;
	const JsonNode *request;
	Jsonb *item; /* `map` encoded, for a put */
	const ConsumedCapacity *capacity;
	ConsumedCapacity consumed; /* by the last attempt */
	bool settled;              /* admitted, written and paid for by an attempt */
	Throttle throttle;         /* what refuses it; capacity NULL: nothing */
} BatchWriteEntry;

/* The writes of one table. */
typedef struct TableWrites
{
	Bytes name; /* as the request spells it */
	int count;
	BatchWriteEntry *entries;
	const ItemKey **sorted; /* of the entries that are written */
	int sorted_count;
	Table *table;
	ConsumedCapacity capacity;
} TableWrites;

typedef struct BatchWrite
{
	const OperationContext *context;
	TableWrites *tables;
	TableWrites **sorted;
	int table_count;
	CapacityDetail detail;
	/* where an attempt is */
	TableWrites *at_table;
	int at;
} BatchWrite;

static void
CheckCount(const JsonNode *tables)
{
	int count = 0;

	for (int i = 0; i < tables->count; i++)
		count += tables->members[i].value.count;
	if (count > MAX_BATCH_WRITES)
		ValidationError(TEXT_BATCH_WRITE_TOO_MANY);
}

static void
ParseEntry(BatchWriteEntry *entry, const JsonNode *node)
{
	const Structure *request = NodeStructure(node);
	const Structure *put = StructureStructure(request, member_PutRequest);
	const Structure *delete = StructureStructure(request, member_DeleteRequest);

	if (put == NULL && delete == NULL)
		ValidationError(TEXT_WRITE_REQUEST_EMPTY);
	if (put != NULL && delete != NULL)
		ValidationError(TEXT_WRITE_REQUEST_SEVERAL);
	entry->request = node;
	entry->put = put != NULL;
	AttributeMapParse(entry->put ? StructureMap(put, member_Item)
	                             : StructureMap(delete, member_Key),
	                  &entry->map);
	if (entry->put)
		ItemSizeCheck(&entry->map);
}

static void
ParseTable(TableWrites *writes, const JsonMember *member)
{
	writes->name = member->name;
	writes->count = member->value.count;
	writes->entries = palloc0(sizeof(BatchWriteEntry) * writes->count);
	for (int i = 0; i < writes->count; i++)
		ParseEntry(&writes->entries[i], &member->value.elements[i]);
}

static AclMode
RequiredPrivileges(const TableWrites *writes)
{
	AclMode required = 0;

	for (int i = 0; i < writes->count; i++)
		required |= writes->entries[i].put ? ACL_INSERT | ACL_UPDATE : ACL_DELETE;
	return required;
}

static void
OpenTable(const BatchWrite *batch, TableWrites *writes)
{
	AccessRequest wanted = { .required = RequiredPrivileges(writes),
		                     .shows = SHOWS_NAMED,
		                     .capacity = batch->detail };
	TableAccess access = AccessOpen(batch->context, writes->name, &wanted);
	Table *table = access.table;

	writes->table = table;
	writes->sorted_count = writes->count;
	writes->sorted = palloc(sizeof(ItemKey *) * writes->count);
	for (int i = 0; i < writes->count; i++)
	{
		BatchWriteEntry *entry = &writes->entries[i];

		if (entry->put)
			LocalEntriesCheck(table, &entry->map, TableCheckItemOfBatch(table, &entry->map));
		else
			TableCheckKey(table, &entry->map);
		entry->key = AccessAddKey(&access, &entry->map);
		entry->capacity = &writes->capacity;
		writes->sorted[i] = &entry->key;
	}
	AccessDecide(&access);
	BatchKeysSort(writes->sorted, writes->count);
}

static WriteAction
EntryDecide(void *arg, const Jsonb *current, Jsonb **replacement)
{
	BatchWriteEntry *entry = arg;
	const ConsumedCapacity *capacity = entry->capacity;

	entry->consumed = ConsumedCapacityStart(capacity->detail, capacity->table_name, capacity->table,
	                                        CONSUMPTION_WRITE);
	entry->consumed.key = &entry->key;
	ConsumedCapacityAddWrite(&entry->consumed, current, entry->item);
	if (!entry->settled && !ThrottleAdmitsIndexes(&entry->consumed, &entry->throttle))
		return WRITE_ABANDON;
	*replacement = entry->item;
	if (entry->put)
		return WRITE_PUT;
	return current != NULL ? WRITE_DELETE : WRITE_KEEP;
}

/* False where it is throttled. */
static bool
WriteEntry(TableWrites *writes, BatchWriteEntry *entry)
{
	writes->capacity.key = &entry->key;
	if (!entry->settled && !ThrottleAdmits(&writes->capacity, NULL, &entry->throttle))
		return false;
	if (entry->put)
		entry->item = ItemEncode(&entry->map);
	ItemWrite(writes->table, &entry->key, EntryDecide, entry);
	if (entry->item != NULL)
		pfree(entry->item);
	if (entry->throttle.capacity != NULL)
		return false;
	ConsumedCapacityAdd(&writes->capacity, &entry->consumed, 1);
	if (!entry->settled)
		ThrottleSettle(&entry->consumed, 1);
	entry->settled = true;
	return true;
}

/* Removes the entry that an attempt could not write from it and from the next one. */
static void
LeaveOut(BatchWrite *batch)
{
	TableWrites *writes = batch->at_table;
	const ItemKey **entry = &writes->sorted[batch->at];

	((BatchWriteEntry *) *entry)->unprocessed = true;
	writes->sorted_count--;
	memmove(entry, entry + 1, sizeof(ItemKey *) * (writes->sorted_count - batch->at));
}

static void
WriteTable(BatchWrite *batch, TableWrites *writes)
{
	batch->at_table = writes;
	writes->capacity =
	    ConsumedCapacityStart(batch->detail, writes->name, writes->table, CONSUMPTION_WRITE);
	batch->at = 0;
	while (batch->at < writes->sorted_count)
	{
		if (WriteEntry(writes, (BatchWriteEntry *) writes->sorted[batch->at]))
			batch->at++;
		else
			LeaveOut(batch);
	}
}

static int
CompareByTable(const void *left, const void *right)
{
	const TableWrites *a = *(const TableWrites *const *) left;
	const TableWrites *b = *(const TableWrites *const *) right;

	return a->table->relation < b->table->relation ? -1 : a->table->relation > b->table->relation;
}

static void
SortTables(BatchWrite *batch)
{
	batch->sorted = palloc(sizeof(TableWrites *) * batch->table_count);
	for (int i = 0; i < batch->table_count; i++)
		batch->sorted[i] = &batch->tables[i];
	qsort(batch->sorted, batch->table_count, sizeof(TableWrites *), CompareByTable);
}

static void
WriteTables(void *state)
{
	BatchWrite *batch = state;

	for (int i = 0; i < batch->table_count; i++)
		WriteTable(batch, batch->sorted[i]);
}

/* The exception of the first entry, where every one is throttled. */
static void
CheckThrottled(const BatchWrite *batch)
{
	for (int i = 0; i < batch->table_count; i++)
	{
		const TableWrites *writes = &batch->tables[i];

		for (int j = 0; j < writes->count; j++)
		{
			if (writes->entries[j].throttle.capacity == NULL)
				return;
		}
	}
	ThrottleRaise(&batch->tables[0].entries[0].throttle);
}

static void
WriteBatch(BatchWrite *batch)
{
	int lock_timeout = 0;

	SortTables(batch);
	while (!ItemWritesAttempt(WriteTables, batch, lock_timeout))
	{
		LeaveOut(batch);
		lock_timeout = SECOND_LOCK_TIMEOUT;
		CHECK_FOR_INTERRUPTS();
	}
	CheckThrottled(batch);
}

/* One entry for each collection that was written; sorted keys bring them together. */
static void
WriteTableMetrics(JsonWriter *response, const TableWrites *writes)
{
	JsonNameBytes(response, writes->name);
	JsonBeginArray(response);
	for (int i = 0; i < writes->sorted_count; i++)
	{
		if (i > 0 && PartitionKeysEqual(writes->sorted[i - 1], writes->sorted[i]))
			continue;
		CollectionMetricsWrite(response, writes->table, writes->sorted[i]);
	}
	JsonEndArray(response);
}

static void
WriteMetrics(const BatchWrite *batch, const Structure *request, JsonWriter *response)
{
	bool begun = false;

	for (int i = 0; i < batch->table_count; i++)
	{
		const TableWrites *writes = &batch->tables[i];

		if (writes->sorted_count == 0 || !CollectionMetricsWanted(request, writes->table))
			continue;
		if (!begun)
		{
			JsonName(response, "ItemCollectionMetrics");
			JsonBeginObject(response);
			begun = true;
		}
		WriteTableMetrics(response, writes);
	}
	if (begun)
		JsonEndObject(response);
}

static void
WriteUnprocessed(const BatchWrite *batch, JsonWriter *response)
{
	JsonName(response, "UnprocessedItems");
	JsonBeginObject(response);
	for (int i = 0; i < batch->table_count; i++)
	{
		const TableWrites *writes = &batch->tables[i];

		if (writes->sorted_count == writes->count)
			continue;
		JsonNameBytes(response, writes->name);
		JsonBeginArray(response);
		for (int j = 0; j < writes->count; j++)
		{
			if (writes->entries[j].unprocessed)
				RequestNodeWrite(response, writes->entries[j].request);
		}
		JsonEndArray(response);
	}
	JsonEndObject(response);
}

static void
WriteResponse(const BatchWrite *batch, const Structure *request, JsonWriter *response)
{
	JsonBeginObject(response);
	WriteUnprocessed(batch, response);
	WriteMetrics(batch, request, response);
	if (batch->detail != CAPACITY_NONE)
	{
		JsonName(response, "ConsumedCapacity");
		JsonBeginArray(response);
		for (int i = 0; i < batch->table_count; i++)
			ConsumedCapacityWrite(response, &batch->tables[i].capacity);
		JsonEndArray(response);
	}
	JsonEndObject(response);
}

void
RunBatchWriteItem(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	const JsonNode *members = StructureMap(request, member_RequestItems);
	BatchWrite batch = { .context = context,
		                 .table_count = members->count,
		                 .detail = CapacityDetailOf(request) };

	CheckCount(members);
	batch.tables = palloc0(sizeof(TableWrites) * members->count);
	for (int i = 0; i < members->count; i++)
		ParseTable(&batch.tables[i], &members->members[i]);
	for (int i = 0; i < members->count; i++)
		OpenTable(&batch, &batch.tables[i]);
	WriteBatch(&batch);
	WriteResponse(&batch, request, response);
}
