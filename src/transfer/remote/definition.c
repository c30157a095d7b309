/*
 * See definition.h.
 */
#include "transfer/remote/definition.h"

#include "json/json_member.h"
#include "transfer/remote/answer.h"

const JsonNode *
DescribeTable(const Side *side)
{
	ApiCall call;
	JsonWriter writer;

	ApiCallBegin(&call, "DescribeTable", &writer);
	JsonCStringMember(&writer, "TableName", side->table);
	ApiCallEnd(&writer);
	call.allowed = "ResourceNotFoundException";
	SideRun(side, &call, 1);
	return call.refused ? NULL : AnswerNeed(call.answer, "Table", JSON_NODE_OBJECT);
}

bool
DefinitionIsActive(const JsonNode *description)
{
	return AnswerStringIs(description, "TableStatus", "ACTIVE");
}

/* --- attributes --- */

static Bytes
TypeOf(const JsonNode *description, Bytes attribute)
{
	const JsonNode *definitions = AnswerNeed(description, "AttributeDefinitions", JSON_NODE_ARRAY);

	for (int i = 0; i < definitions->count; i++)
		if (BytesEqual(AnswerString(&definitions->elements[i], "AttributeName"), attribute))
			return AnswerString(&definitions->elements[i], "AttributeType");
	return (Bytes){ NULL, 0 };
}

bool
DefinitionsShareKey(const JsonNode *one, const JsonNode *other)
{
	const JsonNode *left = AnswerNeed(one, "KeySchema", JSON_NODE_ARRAY);
	const JsonNode *right = AnswerNeed(other, "KeySchema", JSON_NODE_ARRAY);

	for (int i = 0; i < left->count && left->count == right->count; i++)
	{
		Bytes name = AnswerString(&left->elements[i], "AttributeName");

		if (!BytesEqual(name, AnswerString(&right->elements[i], "AttributeName")) ||
		    !BytesEqual(TypeOf(one, name), TypeOf(other, name)))
			return false;
	}
	return left->count == right->count;
}

static bool
SchemaHas(const JsonNode *of, Bytes attribute)
{
	const JsonNode *schema = AnswerNeed(of, "KeySchema", JSON_NODE_ARRAY);

	for (int i = 0; i < schema->count; i++)
		if (BytesEqual(AnswerString(&schema->elements[i], "AttributeName"), attribute))
			return true;
	return false;
}

static bool
LocalIndexesHave(const JsonNode *description, Bytes attribute)
{
	const JsonNode *indexes = AnswerMember(description, "LocalSecondaryIndexes", JSON_NODE_ARRAY);

	for (int i = 0; indexes != NULL && i < indexes->count; i++)
		if (SchemaHas(&indexes->elements[i], attribute))
			return true;
	return false;
}

/* Of the table and its local indexes, or of the index. */
static void
WriteAttributes(JsonWriter *writer, const JsonNode *description, const JsonNode *index)
{
	const JsonNode *definitions = AnswerNeed(description, "AttributeDefinitions", JSON_NODE_ARRAY);

	JsonName(writer, "AttributeDefinitions");
	JsonBeginArray(writer);
	for (int i = 0; i < definitions->count; i++)
	{
		Bytes name = AnswerString(&definitions->elements[i], "AttributeName");

		if (SchemaHas(index != NULL ? index : description, name) ||
		    (index == NULL && LocalIndexesHave(description, name)))
			AnswerWrite(writer, &definitions->elements[i]);
	}
	JsonEndArray(writer);
}

/* --- tables --- */

static bool
IsOnDemand(const JsonNode *description)
{
	const JsonNode *summary = AnswerMember(description, "BillingModeSummary", JSON_NODE_OBJECT);

	return summary != NULL && AnswerStringIs(summary, "BillingMode", "PAY_PER_REQUEST");
}

/* What a table or an index has of throughput. */
static void
WriteThroughput(JsonWriter *writer, const JsonNode *of, bool on_demand)
{
	const JsonNode *units = AnswerMember(of, "ProvisionedThroughput", JSON_NODE_OBJECT);

	if (on_demand)
	{
		AnswerCopy(writer, of, "OnDemandThroughput");
		return;
	}
	JsonName(writer, "ProvisionedThroughput");
	JsonBeginObject(writer);
	JsonIntegerMember(writer, "ReadCapacityUnits",
	                  Max(AnswerInteger(units, "ReadCapacityUnits"), 1));
	JsonIntegerMember(writer, "WriteCapacityUnits",
	                  Max(AnswerInteger(units, "WriteCapacityUnits"), 1));
	JsonEndObject(writer);
}

static void
WriteIndexMembers(JsonWriter *writer, const JsonNode *index)
{
	AnswerCopy(writer, index, "IndexName");
	AnswerCopy(writer, index, "KeySchema");
	AnswerCopy(writer, index, "Projection");
}

static void
WriteLocalIndexes(JsonWriter *writer, const JsonNode *description)
{
	const JsonNode *indexes = AnswerMember(description, "LocalSecondaryIndexes", JSON_NODE_ARRAY);

	if (indexes == NULL || indexes->count == 0)
		return;
	JsonName(writer, "LocalSecondaryIndexes");
	JsonBeginArray(writer);
	for (int i = 0; i < indexes->count; i++)
	{
		JsonBeginObject(writer);
		WriteIndexMembers(writer, &indexes->elements[i]);
		JsonEndObject(writer);
	}
	JsonEndArray(writer);
}

static void
WriteClass(JsonWriter *writer, const JsonNode *description)
{
	const JsonNode *summary = AnswerMember(description, "TableClassSummary", JSON_NODE_OBJECT);

	if (summary != NULL)
		AnswerCopy(writer, summary, "TableClass");
}

void
DefinitionFillCreate(const JsonNode *description, const char *table, ApiCall *call)
{
	bool on_demand = IsOnDemand(description);
	JsonWriter writer;

	ApiCallBegin(call, "CreateTable", &writer);
	JsonCStringMember(&writer, "TableName", table);
	WriteAttributes(&writer, description, NULL);
	AnswerCopy(&writer, description, "KeySchema");
	WriteLocalIndexes(&writer, description);
	JsonCStringMember(&writer, "BillingMode", on_demand ? "PAY_PER_REQUEST" : "PROVISIONED");
	WriteThroughput(&writer, description, on_demand);
	WriteClass(&writer, description);
	ApiCallEnd(&writer);
}

/* --- global indexes --- */

static bool
HasIndex(const JsonNode *description, Bytes name)
{
	const JsonNode *indexes = AnswerMember(description, "GlobalSecondaryIndexes", JSON_NODE_ARRAY);

	for (int i = 0; indexes != NULL && i < indexes->count; i++)
		if (BytesEqual(AnswerString(&indexes->elements[i], "IndexName"), name))
			return true;
	return false;
}

const JsonNode *
DefinitionMissingIndex(const JsonNode *source, const JsonNode *target)
{
	const JsonNode *indexes = AnswerMember(source, "GlobalSecondaryIndexes", JSON_NODE_ARRAY);

	for (int i = 0; indexes != NULL && i < indexes->count; i++)
		if (!HasIndex(target, AnswerString(&indexes->elements[i], "IndexName")) &&
		    !AnswerStringIs(&indexes->elements[i], "IndexStatus", "DELETING"))
			return &indexes->elements[i];
	return NULL;
}

bool
DefinitionIndexesAreActive(const JsonNode *description)
{
	const JsonNode *indexes = AnswerMember(description, "GlobalSecondaryIndexes", JSON_NODE_ARRAY);

	for (int i = 0; indexes != NULL && i < indexes->count; i++)
		if (!AnswerStringIs(&indexes->elements[i], "IndexStatus", "ACTIVE"))
			return false;
	return true;
}

void
DefinitionFillIndex(const JsonNode *source, const JsonNode *index, const char *table, ApiCall *call)
{
	JsonWriter writer;

	ApiCallBegin(call, "UpdateTable", &writer);
	JsonCStringMember(&writer, "TableName", table);
	WriteAttributes(&writer, source, index);
	JsonName(&writer, "GlobalSecondaryIndexUpdates");
	JsonBeginArray(&writer);
	JsonBeginObject(&writer);
	JsonName(&writer, "Create");
	JsonBeginObject(&writer);
	WriteIndexMembers(&writer, index);
	WriteThroughput(&writer, index, IsOnDemand(source));
	JsonEndObject(&writer);
	JsonEndObject(&writer);
	JsonEndArray(&writer);
	ApiCallEnd(&writer);
}
