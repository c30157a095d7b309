/*
 * Describing plans.
 */
#include "operation/console/plan_description.h"

#include "item/encoding.h"

static void
TellText(JsonWriter *response, const char *name, const char *value)
{
	JsonName(response, name);
	JsonCString(response, value);
}

static void
TellBoolean(JsonWriter *response, const char *name, bool value)
{
	JsonName(response, name);
	JsonBoolean(response, value);
}

static void
BeginAttribute(JsonWriter *response, const KeyAttribute *attribute, const char *key_type)
{
	JsonBeginObject(response);
	JsonName(response, "AttributeName");
	JsonString(response, attribute->name);
	TellText(response, "KeyType", key_type);
}

static void
DescribeValues(JsonWriter *response, const KeyAttribute *attribute, const char *key_type,
               const ValueList *values)
{
	BeginAttribute(response, attribute, key_type);
	JsonName(response, "Values");
	JsonBeginArray(response);
	for (int i = 0; i < values->count; i++)
		AttributeValueWrite(response, values->values[i]);
	JsonEndArray(response);
	JsonEndObject(response);
}

static void
DescribeBound(JsonWriter *response, const char *name, const RangeBound *bound)
{
	if (bound->value == NULL)
		return;
	JsonName(response, name);
	JsonBeginObject(response);
	JsonName(response, "Value");
	AttributeValueWrite(response, bound->value);
	TellBoolean(response, "Inclusive", bound->inclusive);
	JsonEndObject(response);
}

static void
DescribeRange(JsonWriter *response, const ReadPlan *plan)
{
	BeginAttribute(response, &plan->key->sort[plan->sort_count], "RANGE");
	DescribeBound(response, "Lower", &plan->lower);
	DescribeBound(response, "Upper", &plan->upper);
	if (plan->prefix != NULL)
	{
		JsonName(response, "Prefix");
		AttributeValueWrite(response, plan->prefix);
	}
	JsonEndObject(response);
}

static void
DescribeKeys(JsonWriter *response, const ReadPlan *plan)
{
	for (int i = 0; i < plan->partition_count; i++)
		DescribeValues(response, &plan->key->partition[i], "HASH", &plan->partition[i]);
	for (int i = 0; i < plan->sort_count; i++)
		DescribeValues(response, &plan->key->sort[i], "RANGE", &plan->sort[i]);
	if (plan->lower.value != NULL || plan->upper.value != NULL || plan->prefix != NULL)
		DescribeRange(response, plan);
}

static const char *
AccessOf(const ReadPlan *plan)
{
	if (plan->scan)
		return "SCAN";
	return plan->index == NULL && plan->sort_count == plan->key->sort_count ? "ITEMS" : "RANGES";
}

void
PlanDescribe(JsonWriter *response, const ReadPlan *plan, bool filtered)
{
	TellText(response, "Access", AccessOf(plan));
	if (plan->index != NULL)
	{
		JsonName(response, "IndexName");
		JsonString(response, plan->index->name);
	}
	JsonName(response, "Keys");
	JsonBeginArray(response);
	if (!plan->scan)
		DescribeKeys(response, plan);
	JsonEndArray(response);
	JsonName(response, "Reads");
	JsonInteger(response, plan->scan ? 1 : plan->part_count);
	TellBoolean(response, "Filtered", filtered);
	TellBoolean(response, "Merged", plan->merged);
	TellBoolean(response, "Forward", plan->scan || plan->forward);
}

static void
DescribeKeyValue(JsonWriter *response, const KeyAttribute *attribute, const char *key_type,
                 const AttributeValue *map)
{
	const AttributeValue *value = MapGet(map, attribute->name);

	DescribeValues(response, attribute, key_type, &(ValueList){ value != NULL, &value });
}

void
PlanDescribeItem(JsonWriter *response, const Table *table, const AttributeValue *map)
{
	const KeySchema *key = &table->definition.key;

	TellText(response, "Access", "ITEMS");
	JsonName(response, "Keys");
	JsonBeginArray(response);
	DescribeKeyValue(response, &key->partition[0], "HASH", map);
	if (key->sort_count > 0)
		DescribeKeyValue(response, &key->sort[0], "RANGE", map);
	JsonEndArray(response);
	JsonName(response, "Reads");
	JsonInteger(response, 1);
	TellBoolean(response, "Filtered", false);
	TellBoolean(response, "Merged", false);
	TellBoolean(response, "Forward", true);
}
