/*
 * Positions in a table or index: the index's key and the table's key.
 *
 * A position at which a page had to end that the role must not know, or that is
 * another segment's, is a map of one attribute, "dynamo:position", of type B: the
 * position sealed for the query.
 */
#include "operation/read/start_key.h"

#include "error/error.h"
#include "item/compare.h"
#include "item/encoding.h"
#include "item/shown.h"
#include "storage/index/index_entry.h"
#include "operation/read/sealed_position.h"
#include "storage/read/row_policy.h"

static const Bytes sealed_name = { "dynamo:position", sizeof("dynamo:position") - 1 };

const AttributeValue *
StartKeyParse(const Structure *request)
{
	const JsonNode *node = StructureMap(request, member_ExclusiveStartKey);
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

static void
CheckWithin(const Table *table, const RangeQuery *query)
{
	const KeySchema *key = query->index ? &query->index->key : &table->definition.key;
	KeyAttributeList attributes = PositionAttributesOf(table, query->index);

	if (!IsPosition(query->start_after, &attributes))
		ValidationError(TEXT_START_KEY);
	if (query->index == NULL && key->sort_count == 0)
		ValidationError(TEXT_START_KEY_OF_ONE, BYTES_ARGS(key->partition[0].name),
		                AttributeValueShown(MapGet(query->start_after, key->partition[0].name)));
	if (!InPartition(query, key))
		ValidationError(TEXT_START_KEY_OUTSIDE);
	if (!InRange(query, key))
		ValidationError(TEXT_START_KEY_RANGE);
}

static void
AppendNumber(StringInfo purpose, int number)
{
	appendBinaryStringInfo(purpose, (const char *) &number, sizeof(number));
}

static void
AppendBound(StringInfo purpose, const AttributeValue *value, bool inclusive)
{
	AppendNumber(purpose, value == NULL ? 0 : inclusive ? 1 : 2);
	if (value != NULL)
		PositionAppend(purpose, value);
}

static void
BeginPurpose(StringInfo purpose, const Identity *identity, const Table *table,
             const TableIndex *index)
{
	uint8 digest[IDENTITY_DIGEST_LENGTH];

	IdentityDigest(identity, digest);
	initStringInfo(purpose);
	appendBinaryStringInfo(purpose, (const char *) digest, sizeof(digest));
	appendBinaryStringInfo(purpose, (const char *) &table->id, sizeof(table->id));
	AppendNumber(purpose, index == NULL ? 0 : index->number);
}

static Bytes
PurposeOfQuery(const Identity *identity, const Table *table, const RangeQuery *query)
{
	const KeySchema *key = query->index ? &query->index->key : &table->definition.key;
	StringInfoData purpose;

	BeginPurpose(&purpose, identity, table, query->index);
	AppendNumber(&purpose, query->forward);
	AppendNumber(&purpose, query->sort_equal_count);
	for (int i = 0; i < key->partition_count; i++)
		PositionAppend(&purpose, &query->partition[i]);
	for (int i = 0; i < query->sort_equal_count; i++)
		PositionAppend(&purpose, &query->sort_equal[i]);
	AppendBound(&purpose, query->lower.value, query->lower.inclusive);
	AppendBound(&purpose, query->upper.value, query->upper.inclusive);
	AppendBound(&purpose, query->prefix, true);
	return (Bytes){ purpose.data, purpose.len };
}

static Bytes
PurposeOfScan(const Identity *identity, const Table *table, const SegmentScan *scan)
{
	StringInfoData purpose;

	BeginPurpose(&purpose, identity, table, scan->index);
	AppendNumber(&purpose, scan->segment);
	AppendNumber(&purpose, scan->total_segments);
	return (Bytes){ purpose.data, purpose.len };
}

/* The position that a sealed start key holds, or NULL. */
static const AttributeValue *
Unsealed(const AttributeValue *start, const Table *table, const TableIndex *index, Bytes purpose)
{
	const AttributeValue *sealed = MapGet(start, sealed_name);
	Bytes position;

	if (purpose.length == 0 || start->count != 1 || sealed == NULL || sealed->type != ATTRIBUTE_B ||
	    !PositionUnseal((Bytes){ sealed->bytes, sealed->count }, purpose, &position))
		return NULL;
	return PositionRead(table, index, position);
}

Bytes
StartKeyOfQuery(const Identity *identity, const Table *table, RangeQuery *query)
{
	Bytes purpose =
	    RowsMayBeHidden(table) ? PurposeOfQuery(identity, table, query) : BYTES_LITERAL("");
	const AttributeValue *start;

	if (query->start_after == NULL)
		return purpose;
	start = Unsealed(query->start_after, table, query->index, purpose);
	if (start != NULL)
		query->start_after = start;
	else
		CheckWithin(table, query);
	return purpose;
}

Bytes
StartKeyOfScan(const Identity *identity, const Table *table, SegmentScan *scan)
{
	KeyAttributeList attributes = PositionAttributesOf(table, scan->index);
	Bytes purpose = RowsMayBeHidden(table) || scan->total_segments > 1
	                    ? PurposeOfScan(identity, table, scan)
	                    : BYTES_LITERAL("");
	const AttributeValue *start;

	if (scan->start_after == NULL)
		return purpose;
	start = Unsealed(scan->start_after, table, scan->index, purpose);
	scan->start_is_foreign = start != NULL;
	if (start != NULL)
		scan->start_after = start;
	else if (!IsPosition(scan->start_after, &attributes))
		ValidationError("%s", scan->index != NULL ? TEXT_START_KEY : TEXT_START_KEY_SCHEMA);
	return purpose;
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

void
SealedKeyWrite(JsonWriter *response, const Table *table, const TableIndex *index, const Jsonb *item,
               Bytes purpose)
{
	Bytes sealed = PositionSeal(PositionOfItem(table, index, item), purpose);
	AttributeValue value = { .type = ATTRIBUTE_B, .count = sealed.length, .bytes = sealed.data };

	JsonName(response, "LastEvaluatedKey");
	JsonBeginObject(response);
	JsonNameBytes(response, sealed_name);
	AttributeValueWrite(response, &value);
	JsonEndObject(response);
}
