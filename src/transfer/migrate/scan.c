/*
 * See scan.h.
 */
#include "transfer/migrate/scan.h"

#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "json/json_member.h"
#include "transfer/remote/answer.h"

#define KEYS_OF_BATCH 100
#define TRIES 12
#define FIRST_PAUSE 50 /* ms */
#define LAST_PAUSE 2000
#define BYTES_OF_UNIT 4096
#define MAX_KEY_TEXT 32768 /* of 3 kB of values, with escapes */

/* --- the rate --- */

bool
ScanMustWait(const MigrationRun *run)
{
	return run->options.read_units > 0 && GetCurrentTimestamp() < run->scan_due;
}

static double
UnitsOf(const ApiCall *call)
{
	const JsonNode *consumed = AnswerMember(call->answer, "ConsumedCapacity", JSON_NODE_OBJECT);

	if (consumed != NULL)
		return AnswerDouble(consumed, "CapacityUnits");
	return (double) call->size / BYTES_OF_UNIT;
}

static void
Account(MigrationRun *run, const Side *side, const ApiCall *calls, int count)
{
	TimestampTz now = GetCurrentTimestamp();
	double units = 0;

	for (int i = 0; i < count; i++)
	{
		units += UnitsOf(&calls[i]);
		run->job.bytes += calls[i].size;
	}
	if (run->options.read_units > 0 && side == &run->source)
		run->scan_due = Max(run->scan_due, now) +
		                (TimestampTz) (units / run->options.read_units * USECS_PER_SEC);
}

/* --- scans --- */

static void
FillScan(const Side *side, const ScanPlaces *places, int segment, ApiCall *call)
{
	const ScanSegment *place = &places->segments[segment];
	JsonWriter writer;

	ApiCallBegin(call, "Scan", &writer);
	JsonCStringMember(&writer, "TableName", side->table);
	JsonBooleanMember(&writer, "ConsistentRead", true);
	JsonIntegerMember(&writer, "Segment", segment);
	JsonIntegerMember(&writer, "TotalSegments", places->count);
	JsonCStringMember(&writer, "ReturnConsumedCapacity", "TOTAL");
	if (place->key != NULL)
	{
		JsonName(&writer, "ExclusiveStartKey");
		JsonRaw(&writer, BytesFromCString(place->key));
	}
	ApiCallEnd(&writer);
}

/* What an endpoint gives must be a key, and another one than before: a scan goes on. */
static char *
NextKey(const ScanSegment *place, const JsonNode *last)
{
	char *key = AnswerText(last);

	if (strlen(key) > MAX_KEY_TEXT || (place->key != NULL && strcmp(key, place->key) == 0))
		ereport(ERROR, (errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
		                errmsg("a scan of the endpoint does not go on from where it was")));
	return key;
}

static void
MovePlace(MigrationRun *run, ScanSegment *place, const ApiCall *call)
{
	const JsonNode *last = AnswerMember(call->answer, "LastEvaluatedKey", JSON_NODE_OBJECT);
	MemoryContext step = MemoryContextSwitchTo(run->context);

	char *key = last == NULL ? NULL : NextKey(place, last);

	place->done = last == NULL;
	if (place->key != NULL)
		pfree(place->key);
	place->key = key;
	MemoryContextSwitchTo(step);
}

static int
CountItems(const ApiCall *calls, int count)
{
	int items = 0;

	for (int i = 0; i < count; i++)
		items += AnswerCount(calls[i].answer, "Items");
	return items;
}

static int
TakeItems(const ApiCall *calls, int count, const JsonNode **items)
{
	int taken = 0;

	for (int i = 0; i < count; i++)
	{
		const JsonNode *page = AnswerNeed(calls[i].answer, "Items", JSON_NODE_ARRAY);

		for (int j = 0; j < page->count; j++)
			items[taken++] = &page->elements[j];
	}
	return taken;
}

int
ScanRound(MigrationRun *run, const Side *side, ScanPlaces *places, const JsonNode ***items)
{
	ApiCall *calls = palloc_array(ApiCall, places->count);
	int *segments = palloc_array(int, places->count);
	int count = 0;

	for (int i = 0; i < places->count; i++)
	{
		if (places->segments[i].done)
			continue;
		segments[count] = i;
		FillScan(side, places, i, &calls[count++]);
	}
	SideRun(side, calls, count);
	Account(run, side, calls, count);
	*items = palloc_array(const JsonNode *, CountItems(calls, count) + 1);
	for (int i = 0; i < count; i++)
		MovePlace(run, &places->segments[segments[i]], &calls[i]);
	return TakeItems(calls, count, *items);
}

/* --- look-ups --- */

static void
FillGet(const MigrationRun *run, const Side *side, const JsonNode **keys, int count, ApiCall *call)
{
	JsonWriter writer;

	ApiCallBegin(call, "BatchGetItem", &writer);
	JsonCStringMember(&writer, "ReturnConsumedCapacity", "TOTAL");
	JsonName(&writer, "RequestItems");
	JsonBeginObject(&writer);
	JsonName(&writer, side->table);
	JsonBeginObject(&writer);
	JsonBooleanMember(&writer, "ConsistentRead", true);
	JsonName(&writer, "Keys");
	JsonBeginArray(&writer);
	for (int i = 0; i < count; i++)
		KeyWrite(run, &writer, keys[i]);
	JsonEndArray(&writer);
	JsonEndObject(&writer);
	JsonEndObject(&writer);
	ApiCallEnd(&writer);
}

static bool
FillUnprocessed(ApiCall *call)
{
	const JsonNode *keys = AnswerMember(call->answer, "UnprocessedKeys", JSON_NODE_OBJECT);
	JsonWriter writer;

	if (keys == NULL || keys->count == 0)
		return false;
	ApiCallBegin(call, "BatchGetItem", &writer);
	JsonCStringMember(&writer, "ReturnConsumedCapacity", "TOTAL");
	JsonName(&writer, "RequestItems");
	AnswerWrite(&writer, keys);
	ApiCallEnd(&writer);
	return true;
}

typedef struct FoundItem
{
	const char *key; /* KeyText */
	const JsonNode *item;
} FoundItem;

static int
CompareFound(const void *a, const void *b)
{
	return strcmp(((const FoundItem *) a)->key, ((const FoundItem *) b)->key);
}

typedef struct Found
{
	int count;
	int room;
	FoundItem *items;
} Found;

static void
TakeFound(const MigrationRun *run, const Side *side, const ApiCall *call, Found *found)
{
	const JsonNode *responses = AnswerNeed(call->answer, "Responses", JSON_NODE_OBJECT);
	const JsonNode *items = AnswerMember(responses, side->table, JSON_NODE_ARRAY);

	for (int i = 0; items != NULL && i < items->count && found->count < found->room; i++)
		found->items[found->count++] =
		    (FoundItem){ KeyText(run, &items->elements[i]), &items->elements[i] };
}

static int
FillGets(const MigrationRun *run, const Side *side, const JsonNode **keys, int count,
         ApiCall *calls)
{
	int batches = 0;

	for (int i = 0; i < count; i += KEYS_OF_BATCH)
		FillGet(run, side, keys + i, Min(KEYS_OF_BATCH, count - i), &calls[batches++]);
	return batches;
}

static void
GetAll(MigrationRun *run, const Side *side, ApiCall *calls, int count, Found *found)
{
	for (int try = 0; count > 0; try++)
	{
		int left = 0;

		SideRun(side, calls, count);
		Account(run, side, calls, count);
		for (int i = 0; i < count; i++)
		{
			TakeFound(run, side, &calls[i], found);
			if (FillUnprocessed(&calls[i]))
				calls[left++] = calls[i];
		}
		count = left;
		if (count > 0 && try == TRIES)
			ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_RESOURCES),
			                errmsg("a table does not give the items that it is asked for"),
			                errhint("Its throughput may be too low.")));
		if (count > 0)
			MigrationPause(Min(FIRST_PAUSE << try, LAST_PAUSE));
	}
}

const JsonNode **
ItemsOfKeys(MigrationRun *run, const Side *side, const JsonNode **keys, int count)
{
	const JsonNode **items = palloc0_array(const JsonNode *, count + 1);
	ApiCall *calls = palloc_array(ApiCall, count / KEYS_OF_BATCH + 1);
	Found found = { .room = count, .items = palloc_array(FoundItem, count + 1) };

	GetAll(run, side, calls, FillGets(run, side, keys, count, calls), &found);
	qsort(found.items, found.count, sizeof(FoundItem), CompareFound);
	for (int i = 0; i < count; i++)
	{
		FoundItem wanted = { .key = KeyText(run, keys[i]) };
		const FoundItem *item =
		    bsearch(&wanted, found.items, found.count, sizeof(FoundItem), CompareFound);

		items[i] = item == NULL ? NULL : item->item;
	}
	return items;
}
