/*
 * Admission, what it costs, and the exceptions that refuse it (API reference,
 * ThrottlingReason and TransactionCanceledException; developer guide,
 * "DynamoDB maximum throughput for on-demand tables").
 */
#include "operation/throughput/throttle.h"

#include "operation/arn.h"
#include "operation/throughput/counted_keys.h"

/* How the two billing modes refuse a request. */
static const struct ThrottleWords
{
	DynamoException exception;
	const char *member;      /* of the exception */
	const char *reason_code; /* of a transaction */
	const char *limit_type;
	const char *table_message;
	const char *index_message;
} provisioned = {
	EXCEPTION_PROVISIONED_THROUGHPUT_EXCEEDED,
	"ThrottlingReasons",
	"ProvisionedThroughputExceeded",
	"ProvisionedThroughputExceeded",
	"The level of configured provisioned throughput for the table was exceeded. Consider "
	"increasing your provisioning level with the UpdateTable API.",
	"The level of configured provisioned throughput for one or more global secondary indexes of "
	"the table was exceeded. Consider increasing your provisioning level for the "
	"under-provisioned global secondary indexes with the UpdateTable API",
}, on_demand = {
	EXCEPTION_THROTTLING,
	"throttlingReasons",
	"ThrottlingError",
	"MaxOnDemandThroughputExceeded",
	"Throughput exceeds the maximum OnDemandThroughput configured on table or index",
	"Throughput exceeds the maximum OnDemandThroughput configured on table or index",
};

static const struct ThrottleWords *
WordsOf(const Throttle *throttle)
{
	return throttle->capacity->throughput->on_demand ? &on_demand : &provisioned;
}

/* --- buckets --- */

/* NULL and local indexes: the table. */
static Consumer
ConsumerOf(const ConsumedCapacity *capacity, const TableIndex *index)
{
	bool global = index != NULL && !index->local;

	return (Consumer){ capacity->table->relation, global ? index->number : 0 };
}

static int64
RateOf(const ConsumedCapacity *capacity, const TableIndex *index)
{
	const TableThroughput *throughput = capacity->throughput;
	const ThroughputLimit *limit = &throughput->table;

	if (!enforce_throughput)
		return 0;
	if (index != NULL && !index->local)
		limit = &throughput->indexes[index - capacity->table->definition.indexes];
	return limit->rates[capacity->kind];
}

static bool
Admits(const ConsumedCapacity *capacity, const TableIndex *index)
{
	return ConsumptionAdmits(ConsumerOf(capacity, index), capacity->kind, RateOf(capacity, index));
}

static void
Take(const ConsumedCapacity *capacity, const TableIndex *index, double units)
{
	if (units > 0)
		ConsumptionAdd(ConsumerOf(capacity, index), capacity->kind, units, RateOf(capacity, index));
}

static void
CountThrottled(const ConsumedCapacity *capacity, const TableIndex *index, int64 count)
{
	ConsumptionThrottled(ConsumerOf(capacity, index), capacity->kind, count);
	CountedKeysThrottled(capacity, index, count);
}

void
ThrottleCount(const Throttle *throttle, int64 count)
{
	const ConsumedCapacity *capacity = throttle->capacity;

	CapacityMeterThrottle(capacity, throttle->indexes, throttle->index_count, count);
	if (throttle->index_count == 0)
		CountThrottled(capacity, NULL, count);
	for (int i = 0; i < throttle->index_count; i++)
		CountThrottled(capacity, throttle->indexes[i], count);
}

static void
AddIndex(Throttle *throttle, const TableIndex *index)
{
	if (throttle->index_count < MAX_THROTTLED_INDEXES)
		throttle->indexes[throttle->index_count++] = index;
}

bool
ThrottleAdmits(const ConsumedCapacity *capacity, const TableIndex *index, Throttle *throttle)
{
	if (capacity->throughput == NULL || Admits(capacity, index))
		return true;
	*throttle = (Throttle){ .capacity = capacity };
	if (index != NULL && !index->local)
		AddIndex(throttle, index);
	ThrottleCount(throttle, 1);
	return false;
}

bool
ThrottleAdmitsIndexes(const ConsumedCapacity *capacity, Throttle *throttle)
{
	const TableDefinition *definition = &capacity->table->definition;
	Throttle met = { .capacity = capacity };

	if (capacity->throughput == NULL)
		return true;
	for (int i = 0; i < definition->index_count; i++)
	{
		const TableIndex *index = &definition->indexes[i];

		if (!index->local && capacity->index_units[i] > 0 && !Admits(capacity, index))
			AddIndex(&met, index);
	}
	if (met.index_count == 0)
		return true;
	*throttle = met;
	ThrottleCount(throttle, 1);
	return false;
}

void
ThrottleTake(const ConsumedCapacity *capacity, double units)
{
	if (capacity->throughput == NULL)
		return;
	Take(capacity, NULL, units);
	CountedKeysAccessed(capacity);
}

void
ThrottleSettleTracked(const ConsumedCapacity *capacity, int times)
{
	const TableDefinition *definition = &capacity->table->definition;
	double table_units = capacity->table_units * times;

	for (int i = 0; i < definition->index_count; i++)
	{
		const TableIndex *index = &definition->indexes[i];

		if (index->local)
			table_units += capacity->index_units[i];
		else
			Take(capacity, index, capacity->index_units[i]);
	}
	Take(capacity, NULL, table_units);
	CountedKeysAccessed(capacity);
}

/* --- exceptions --- */

DynamoException
ThrottleException(const Throttle *throttle)
{
	return WordsOf(throttle)->exception;
}

const char *
ThrottleReasonCode(const Throttle *throttle)
{
	return WordsOf(throttle)->reason_code;
}

const char *
ThrottleMessage(const Throttle *throttle)
{
	const struct ThrottleWords *words = WordsOf(throttle);

	return throttle->index_count > 0 ? words->index_message : words->table_message;
}

static void
WriteReason(JsonWriter *writer, const Throttle *throttle, const TableIndex *index)
{
	const ConsumedCapacity *capacity = throttle->capacity;
	Bytes table = capacity->table->definition.name;

	JsonBeginObject(writer);
	JsonName(writer, "reason");
	JsonCString(writer, psprintf("%s%s%s", index != NULL ? "Index" : "Table",
	                             capacity->kind == CONSUMPTION_READ ? "Read" : "Write",
	                             WordsOf(throttle)->limit_type));
	JsonName(writer, "resource");
	JsonCString(writer, index != NULL ? IndexArn(table, index->name) : TableArn(table));
	JsonEndObject(writer);
}

void
ThrottleRaise(const Throttle *throttle)
{
	const struct ThrottleWords *words = WordsOf(throttle);
	StringInfoData members;
	JsonWriter writer;

	initStringInfo(&members);
	JsonWriterInit(&writer, &members, false);
	JsonBeginObject(&writer);
	JsonName(&writer, words->member);
	JsonBeginArray(&writer);
	if (throttle->index_count == 0)
		WriteReason(&writer, throttle, NULL);
	for (int i = 0; i < throttle->index_count; i++)
		WriteReason(&writer, throttle, throttle->indexes[i]);
	JsonEndArray(&writer);
	JsonEndObject(&writer);
	DynamoErrorWithMembers(words->exception, members.data, "%s", ThrottleMessage(throttle));
}

void
ThrottleCheckTracked(const ConsumedCapacity *capacity, const TableIndex *index)
{
	Throttle throttle;

	if (!ThrottleAdmits(capacity, index, &throttle))
		ThrottleRaise(&throttle);
}

void
ThrottleCheckTrackedIndexes(const ConsumedCapacity *capacity)
{
	Throttle throttle;

	if (!ThrottleAdmitsIndexes(capacity, &throttle))
		ThrottleRaise(&throttle);
}
