/*
 * BatchGetItem: up to 100 items of several tables. The answer holds up to 16 MB
 * of items, and of their text; keys beyond that, and those that their table has no throughput left
 * for, are handed back as UnprocessedKeys.
 */
#include "operation/item_operations.h"

#include "error/error.h"
#include "item/encoding.h"
#include "item/size.h"
#include "operation/item/batch.h"
#include "operation/item/item_read.h"
#include "operation/throughput/throttle.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#define MAX_BATCH_KEYS 100
#define MAX_BATCH_SIZE (16 * 1024 * 1024)

/* The request for one table. */
typedef struct TableKeys
{
	Bytes name; /* as the request spells it */
	const Structure *request;
	const JsonNode *key_nodes;
	AttributeValue *key_maps;
	BoundExpression *projection; /* NULL: none */
	bool consistent;
	TableAccess access;
	ItemReader *reader;
	ItemKey *keys;
	int answered; /* the first so many keys */
	ConsumedCapacity capacity;
} TableKeys;

typedef struct BatchGet
{
	const OperationContext *context;
	TableKeys *tables;
	int table_count;
	CapacityDetail detail;
	int64 size;                 /* of the items in the answer */
	int answered;               /* keys */
	Throttle throttle;          /* the last that was met */
	MemoryContext item_context; /* reset for each item */
	JsonWriter *response;
} BatchGet;

static void
ParseTable(TableKeys *keys, const JsonMember *member)
{
	ExpressionBindings *bindings;

	keys->name = member->name;
	keys->request = NodeStructure(&member->value);
	keys->key_nodes = StructureList(keys->request, member_Keys);
	keys->consistent = StructureBoolean(keys->request, member_ConsistentRead, false);
	bindings = ParametersBindings(keys->request, &projection_rules);
	keys->key_maps = palloc(sizeof(AttributeValue) * keys->key_nodes->count);
	for (int i = 0; i < keys->key_nodes->count; i++)
		AttributeMapParse(&keys->key_nodes->elements[i], &keys->key_maps[i]);
	keys->projection = ParameterProjection(keys->request, bindings);
	ExpressionBindingsCheckUsed(bindings);
}

static void
CheckCount(const JsonNode *tables)
{
	int count = 0;

	for (int i = 0; i < tables->count; i++)
		count += StructureList(NodeStructure(&tables->members[i].value), member_Keys)->count;
	if (count > MAX_BATCH_KEYS)
		ValidationError(TEXT_BATCH_GET_TOO_MANY);
}

/* Expressions and legacy parameters do not go together, whichever tables they are for. */
static void
CheckMixed(const JsonNode *tables)
{
	const Structure *with_legacy = NULL;
	const Structure *with_expression = NULL;

	for (int i = 0; i < tables->count; i++)
	{
		const Structure *keys = NodeStructure(&tables->members[i].value);

		if (StructureHas(keys, MEMBER_AttributesToGet))
			with_legacy = keys;
		if (StructureHas(keys, MEMBER_ProjectionExpression))
			with_expression = keys;
	}
	ParametersCheckMixedOf(with_legacy, with_expression, &projection_rules);
}

static void
OpenTable(const BatchGet *batch, TableKeys *keys)
{
	AccessRequest wanted = { .required = ACL_SELECT,
		                     .shows = keys->projection != NULL ? SHOWS_NAMED : SHOWS_WHOLE_ITEMS,
		                     .selects = true,
		                     .capacity = batch->detail,
		                     .expressions = { keys->projection } };
	int count = keys->key_nodes->count;
	const ItemKey **sorted = palloc(sizeof(ItemKey *) * count);

	keys->access = AccessOpen(batch->context, keys->name, &wanted);
	keys->capacity =
	    ConsumedCapacityStart(batch->detail, keys->name, keys->access.table, CONSUMPTION_READ);
	keys->keys = palloc(sizeof(ItemKey) * count);
	for (int i = 0; i < count; i++)
	{
		TableCheckKey(keys->access.table, &keys->key_maps[i]);
		keys->keys[i] = AccessAddKey(&keys->access, &keys->key_maps[i]);
		sorted[i] = &keys->keys[i];
	}
	AccessDecide(&keys->access);
	BatchKeysSort(sorted, count);
	pfree(sorted);
}

/* Answers one key; false where its item no longer fits. */
static bool
AnswerKey(BatchGet *batch, TableKeys *keys, const ItemKey *key)
{
	Jsonb *item = ItemReaderRead(keys->reader, key);
	int size = item != NULL ? StoredItemSize(item) : 0;
	double units = ReadUnits(size, keys->consistent);
	ItemView view = { .stored = item };

	if (batch->size + size > MAX_BATCH_SIZE)
		return false;
	batch->size += size;
	keys->capacity.table_units += units;
	ThrottleTake(&keys->capacity, units);
	if (item != NULL)
		ProjectedItemWrite(batch->response, &view, keys->projection);
	return true;
}

/* Each key is admitted for itself. */
static bool
AdmitKey(BatchGet *batch, TableKeys *keys)
{
	keys->capacity.key = &keys->keys[keys->answered];
	if (ThrottleAdmits(&keys->capacity, NULL, &batch->throttle))
		return true;
	for (int i = keys->answered + 1; i < keys->key_nodes->count; i++)
	{
		keys->capacity.key = &keys->keys[i];
		ThrottleCount(&batch->throttle, 1);
	}
	return false;
}

static void
AnswerTable(BatchGet *batch, TableKeys *keys)
{
	JsonNameBytes(batch->response, keys->name);
	JsonBeginArray(batch->response);
	keys->reader = ItemReaderOpen(keys->access.table);
	while (keys->answered < keys->key_nodes->count && !AnswerIsFull(batch->response) &&
	       AdmitKey(batch, keys))
	{
		MemoryContext caller = MemoryContextSwitchTo(batch->item_context);
		bool fits = AnswerKey(batch, keys, &keys->keys[keys->answered]);

		MemoryContextSwitchTo(caller);
		MemoryContextReset(batch->item_context);
		CHECK_FOR_INTERRUPTS();
		if (!fits)
			break;
		keys->answered++;
	}
	ItemReaderClose(keys->reader);
	batch->answered += keys->answered;
	JsonEndArray(batch->response);
}

/* Hands the keys that are not answered back, with the other members of their request. */
static void
WriteUnprocessed(JsonWriter *response, const TableKeys *keys)
{
	JsonNameBytes(response, keys->name);
	JsonBeginObject(response);
	StructureWriteMembers(response, keys->request, MEMBER_Keys);
	JsonName(response, "Keys");
	JsonBeginArray(response);
	for (int i = keys->answered; i < keys->key_nodes->count; i++)
		RequestNodeWrite(response, &keys->key_nodes->elements[i]);
	JsonEndArray(response);
	JsonEndObject(response);
}

static void
WriteResponse(BatchGet *batch)
{
	JsonWriter *response = batch->response;

	JsonBeginObject(response);
	JsonName(response, "Responses");
	JsonBeginObject(response);
	for (int i = 0; i < batch->table_count; i++)
		AnswerTable(batch, &batch->tables[i]);
	JsonEndObject(response);
	if (batch->answered == 0 && batch->throttle.capacity != NULL)
		ThrottleRaise(&batch->throttle);

	JsonName(response, "UnprocessedKeys");
	JsonBeginObject(response);
	for (int i = 0; i < batch->table_count; i++)
	{
		if (batch->tables[i].answered < batch->tables[i].key_nodes->count)
			WriteUnprocessed(response, &batch->tables[i]);
	}
	JsonEndObject(response);

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
RunBatchGetItem(const OperationContext *context, const Structure *request, JsonWriter *response)
{
	const JsonNode *tables = StructureMap(request, member_RequestItems);
	BatchGet batch = { .context = context, .table_count = tables->count, .response = response };

	batch.detail = CapacityDetailOf(request);
	batch.item_context =
	    AllocSetContextCreate(CurrentMemoryContext, "item of a batch", ALLOCSET_DEFAULT_SIZES);
	batch.tables = palloc0(sizeof(TableKeys) * tables->count);
	CheckCount(tables);
	CheckMixed(tables);
	for (int i = 0; i < batch.table_count; i++)
		ParseTable(&batch.tables[i], &tables->members[i]);
	for (int i = 0; i < batch.table_count; i++)
		OpenTable(&batch, &batch.tables[i]);
	WriteResponse(&batch);
}
