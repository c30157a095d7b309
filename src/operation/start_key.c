/*
 * Positions in a table or index: the index's key and the table's key.
 */
#include "operation/start_key.h"

#include "error/error.h"
#include "item/compare.h"
#include "item/encoding.h"
#include "operation/index_entry.h"

const AttributeValue *
StartKeyParse(const JsonNode *request)
{
	const JsonNode *node = JsonGet(request, "ExclusiveStartKey");
	AttributeValue *start;

	if (node == NULL)
		return NULL;
	start = palloc(sizeof(AttributeValue));
	AttributeMapParse(node, start);
	return start;
}

static bool
IsPosition(const AttributeValue *start, const KeyAttributeList *attributes)
{
	if (start->count != attributes->count)
		return false;
	for (int i = 0; i < attributes->count; i++)
	{
		const AttributeValue *value = MapGet(start, attributes->attributes[i]->name);

		if (value == NULL || value->type != attributes->attributes[i]->type)
			return false;
		if (value->type != ATTRIBUTE_N && value->count == 0)
			return false;
	}
	return true;
}

static bool
InPartition(const RangeQuery *query, const KeySchema *key)
{
	for (int i = 0; i < key->partition_count; i++)
	{
		if (!AttributeValueEqual(MapGet(query->start_after, key->partition[i].name),
		                         &query->partition[i]))
			return false;
	}
	return true;
}

static bool
InRange(const RangeQuery *query, const KeySchema *key)
{
	for (int i = 0; i < query->sort_equal_count; i++)
	{
		if (!AttributeValueEqual(MapGet(query->start_after, key->sort[i].name),
		                         &query->sort_equal[i]))
			return false;
	}
	if (query->sort_equal_count == key->sort_count)
		return true;
	return RangeQueryAdmits(query,
	                        MapGet(query->start_after, key->sort[query->sort_equal_count].name));
}

void
StartKeyCheckQuery(const Table *table, const RangeQuery *query)
{
	const KeySchema *key = query->index ? &query->index->key : &table->definition.key;
	KeyAttributeList attributes = PositionAttributesOf(table, query->index);

	if (query->start_after == NULL)
		return;
	if (query->index == NULL && query->start_after->count != attributes.count)
		ValidationError("Exclusive Start Key must have same size as table's key schema");
	if (!IsPosition(query->start_after, &attributes))
		ValidationError("The provided starting key is invalid");
	if (!InPartition(query, key))
		ValidationError("The provided starting key is outside query boundaries based on provided "
		                "conditions");
	if (!InRange(query, key))
		ValidationError("The provided starting key does not match the range key predicate");
}

void
StartKeyCheckScan(const Table *table, const SegmentScan *scan)
{
	KeyAttributeList attributes = PositionAttributesOf(table, scan->index);

	if (scan->start_after != NULL && !IsPosition(scan->start_after, &attributes))
		ValidationError("The provided starting key is invalid: The provided key element does not "
		                "match the schema");
}

void
LastEvaluatedKeyWrite(JsonWriter *response, const Table *table, const TableIndex *index,
                      const Jsonb *item)
{
	KeyAttributeList attributes = PositionAttributesOf(table, index);
	AttributeValue value;

	JsonName(response, "LastEvaluatedKey");
	JsonBeginObject(response);
	for (int i = 0; i < attributes.count; i++)
	{
		Bytes name = attributes.attributes[i]->name;

		if (!ItemGetAttribute(item, name, &value))
			elog(ERROR, "an indexed item lacks its key attribute \"%.*s\"", BYTES_ARGS(name));
		JsonNameBytes(response, name);
		AttributeValueWrite(response, &value);
	}
	JsonEndObject(response);
}
