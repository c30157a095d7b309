/*
 * BatchWriteItem: up to 25 puts and deletes in several tables. They are one
 * transaction here, so that all of them happen or none; nothing is ever left
 * unprocessed. Items are written in the order of their tables and keys.
 */
#include "operation/item_operations.h"

#include "error/error.h"
#include "item/encoding.h"
#include "item/size.h"
#include "operation/batch.h"
#include "operation/collection_metrics.h"
#include "operation/parameters.h"
#include "storage/write.h"

#define MAX_BATCH_WRITES 25

typedef struct BatchWriteEntry
{
	ItemKey key;        /* first, so that sorted keys lead back to their entries */
	AttributeValue map; /* the item to put, or the key to delete */
	bool put;
	Jsonb *item; /* `map` encoded, for a put */
	const ConsumedCapacity *capacity;
	ConsumedCapacity consumed; /* by the last attempt */
} BatchWriteEntry;

/* The writes of one table. */
typedef struct TableWrites
{
	Bytes name; /* as the request spells it */
	int count;
	BatchWriteEntry *entries;
	const ItemKey **sorted;
	Table *table;
	ConsumedCapacity capacity;
} TableWrites;

static void
CheckCount(const JsonNode *tables)
{
	int count = 0;

	for (int i = 0; i < tables->count; i++)
		count += tables->members[i].value.count;
	if (count > MAX_BATCH_WRITES)
		ValidationError("Too many items requested for the BatchWriteItem call");
}

static void
ParseEntry(BatchWriteEntry *entry, const JsonNode *request)
{
	const JsonNode *put = JsonGet(request, "PutRequest");
	const JsonNode *delete = JsonGet(request, "DeleteRequest");

	if (put == NULL && delete == NULL)
		ValidationError("Supplied WriteRequest is empty, must contain exactly one of the "
		                "supported requests");
	if (put != NULL && delete != NULL)
		ValidationError("Supplied WriteRequest has more than one request set, must contain "
		                "exactly one of the supported requests");
	entry->put = put != NULL;
	AttributeMapParse(entry->put ? JsonGet(put, "Item") : JsonGet(delete, "Key"), &entry->map);
	if (entry->put && ItemSize(&entry->map) > MAX_ITEM_SIZE)
		ValidationError("Item size has exceeded the maximum allowed size");
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
OpenTable(TableWrites *writes, CapacityDetail detail)
{
	Table *table = ParameterTable(writes->name, RequiredPrivileges(writes));

	writes->table = table;
	writes->capacity = ConsumedCapacityStart(detail, writes->name, table);
	writes->sorted = palloc(sizeof(ItemKey *) * writes->count);
	for (int i = 0; i < writes->count; i++)
	{
		BatchWriteEntry *entry = &writes->entries[i];

		if (entry->put)
			TableCheckItem(table, &entry->map);
		else
			TableCheckKey(table, &entry->map);
		entry->key = TableKeyOf(table, &entry->map);
		entry->capacity = &writes->capacity;
		writes->sorted[i] = &entry->key;
	}
	BatchKeysSort(writes->sorted, writes->count);
}

static WriteAction
EntryDecide(void *arg, const Jsonb *current, Jsonb **replacement)
{
	BatchWriteEntry *entry = arg;
	const ConsumedCapacity *capacity = entry->capacity;

	entry->consumed =
	    ConsumedCapacityStart(capacity->detail, capacity->table_name, capacity->table);
	ConsumedCapacityAddWrite(&entry->consumed, current, entry->item);
	*replacement = entry->item;
	if (entry->put)
		return WRITE_PUT;
	return current != NULL ? WRITE_DELETE : WRITE_NOTHING;
}

static void
WriteTable(TableWrites *writes)
{
	for (int i = 0; i < writes->count; i++)
	{
		BatchWriteEntry *entry = (BatchWriteEntry *) writes->sorted[i];

		if (entry->put)
			entry->item = ItemEncode(&entry->map);
		ItemWrite(writes->table, &entry->key, EntryDecide, entry);
		ConsumedCapacityAdd(&writes->capacity, &entry->consumed);
		if (entry->item != NULL)
			pfree(entry->item);
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
WriteTables(TableWrites *tables, int count)
{
	TableWrites **sorted = palloc(sizeof(TableWrites *) * count);

	for (int i = 0; i < count; i++)
		sorted[i] = &tables[i];
	qsort(sorted, count, sizeof(TableWrites *), CompareByTable);
	for (int i = 0; i < count; i++)
		WriteTable(sorted[i]);
}

/* One entry for each collection that was written; sorted keys bring them together. */
static void
WriteTableMetrics(JsonWriter *response, const TableWrites *writes)
{
	JsonNameBytes(response, writes->name);
	JsonBeginArray(response);
	for (int i = 0; i < writes->count; i++)
	{
		if (i > 0 && PartitionKeysEqual(writes->sorted[i - 1], writes->sorted[i]))
			continue;
		CollectionMetricsWrite(response, writes->table, writes->sorted[i]);
	}
	JsonEndArray(response);
}

static void
WriteMetrics(JsonWriter *response, const JsonNode *request, const TableWrites *tables, int count)
{
	bool begun = false;

	for (int i = 0; i < count; i++)
	{
		if (!CollectionMetricsWanted(request, tables[i].table))
			continue;
		if (!begun)
		{
			JsonName(response, "ItemCollectionMetrics");
			JsonBeginObject(response);
			begun = true;
		}
		WriteTableMetrics(response, &tables[i]);
	}
	if (begun)
		JsonEndObject(response);
}

static void
WriteResponse(JsonWriter *response, const JsonNode *request, const TableWrites *tables, int count)
{
	JsonBeginObject(response);
	JsonName(response, "UnprocessedItems");
	JsonBeginObject(response);
	JsonEndObject(response);
	WriteMetrics(response, request, tables, count);
	if (CapacityDetailOf(request) != CAPACITY_NONE)
	{
		JsonName(response, "ConsumedCapacity");
		JsonBeginArray(response);
		for (int i = 0; i < count; i++)
			ConsumedCapacityWrite(response, &tables[i].capacity);
		JsonEndArray(response);
	}
	JsonEndObject(response);
}

void
RunBatchWriteItem(const JsonNode *request, JsonWriter *response)
{
	const JsonNode *members = JsonGet(request, "RequestItems");
	TableWrites *tables = palloc0(sizeof(TableWrites) * members->count);

	CheckCount(members);
	for (int i = 0; i < members->count; i++)
		ParseTable(&tables[i], &members->members[i]);
	for (int i = 0; i < members->count; i++)
		OpenTable(&tables[i], CapacityDetailOf(request));
	WriteTables(tables, members->count);
	WriteResponse(response, request, tables, members->count);
}
