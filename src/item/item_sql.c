/*
 * Items from SQL: key columns, sizes, and conversions between plain JSON,
 * DynamoDB JSON and the stored form.
 */
#include "postgres.h"

#include "error/error.h"
#include "item/encoding.h"
#include "text/escape.h"
#include "item/key.h"
#include "item/size.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"

PG_FUNCTION_INFO_V1(dynamo_key_text);
PG_FUNCTION_INFO_V1(dynamo_key_number);
PG_FUNCTION_INFO_V1(dynamo_key_binary);
PG_FUNCTION_INFO_V1(dynamo_key_suffix);
PG_FUNCTION_INFO_V1(dynamo_item_size);
PG_FUNCTION_INFO_V1(dynamo_marshall);
PG_FUNCTION_INFO_V1(dynamo_unmarshall);
PG_FUNCTION_INFO_V1(dynamo_to_item);
PG_FUNCTION_INFO_V1(dynamo_from_item);

/* The name of an attribute; text cannot hold U+0000, so SQL gives it as it is stored. */
static Bytes
NameArgument(FunctionCallInfo fcinfo, int argument)
{
	text *stored = PG_GETARG_TEXT_PP(argument);
	Bytes name;

	if (!UnescapeName((Bytes){ VARDATA_ANY(stored), VARSIZE_ANY_EXHDR(stored) }, &name))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("invalid escape in an attribute name")));
	return name;
}

static int
LimitArgument(FunctionCallInfo fcinfo, int argument)
{
	int limit = PG_NARGS() > argument ? PG_GETARG_INT32(argument) : KEY_COLUMN_LIMIT;

	if (limit < MIN_KEY_COLUMN_LIMIT || limit > KEY_COLUMN_LIMIT)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("limit of a key column must be between %d and %d",
		                       MIN_KEY_COLUMN_LIMIT, KEY_COLUMN_LIMIT)));
	return limit;
}

/*
 * ANALYZE evaluates the expressions of extended statistics for its whole sample in one memory
 * context, so the detoasted item is freed. A number may be a part of it.
 */
static Datum
KeyOfArguments(FunctionCallInfo fcinfo, AttributeType type)
{
	Jsonb *item = PG_GETARG_JSONB_P(0);
	Datum column;

	if (!KeyColumnOfItem(item, NameArgument(fcinfo, 1), type, LimitArgument(fcinfo, 2), &column))
		fcinfo->isnull = true;
	else if (type == ATTRIBUTE_N && (Pointer) item != DatumGetPointer(PG_GETARG_DATUM(0)))
		column = datumCopy(column, false, -1);
	PG_FREE_IF_COPY(item, 0);
	return fcinfo->isnull ? (Datum) 0 : column;
}

Datum
dynamo_key_text(PG_FUNCTION_ARGS)
{
	return KeyOfArguments(fcinfo, ATTRIBUTE_S);
}

Datum
dynamo_key_number(PG_FUNCTION_ARGS)
{
	return KeyOfArguments(fcinfo, ATTRIBUTE_N);
}

Datum
dynamo_key_binary(PG_FUNCTION_ARGS)
{
	return KeyOfArguments(fcinfo, ATTRIBUTE_B);
}

/* A key attribute of the item; false where it is absent or can be no key. */
static bool
GetKeyAttribute(const Jsonb *item, Bytes name, AttributeValue *value)
{
	return ItemGetKeyAttribute(item, name, ATTRIBUTE_S, value) ||
	       ItemGetKeyAttribute(item, name, ATTRIBUTE_N, value) ||
	       ItemGetKeyAttribute(item, name, ATTRIBUTE_B, value);
}

Datum
dynamo_key_suffix(PG_FUNCTION_ARGS)
{
	Jsonb *item = PG_GETARG_JSONB_P(0);
	AttributeValue partition_key;
	AttributeValue sort_key;
	bool has_sort_key = PG_NARGS() > 2;

	if (!GetKeyAttribute(item, NameArgument(fcinfo, 1), &partition_key) ||
	    (has_sort_key && !GetKeyAttribute(item, NameArgument(fcinfo, 2), &sort_key)))
		PG_RETURN_NULL();
	return KeySuffix(&partition_key, has_sort_key ? &sort_key : NULL);
}

Datum
dynamo_item_size(PG_FUNCTION_ARGS)
{
	Jsonb *item = PG_GETARG_JSONB_P(0);

	StoredItemCheck(item);
	PG_RETURN_INT32(StoredItemSize(item));
}

Datum
dynamo_marshall(PG_FUNCTION_ARGS)
{
	Jsonb *plain = PG_GETARG_JSONB_P(0);
	AttributeValue value;
	StringInfoData json;
	JsonWriter writer;

	initStringInfo(&json);
	JsonWriterInit(&writer, &json, true);
	PlainJsonParse(plain, &value);
	if (value.type == ATTRIBUTE_M)
		AttributeMapWrite(&writer, &value);
	else
		AttributeValueWrite(&writer, &value);
	PG_RETURN_JSONB_P(JsonToJsonb(&json));
}

/*
 * Whether the object is one attribute value, such as {"S": "text"}, rather than
 * a map of them. A map may well have one attribute named S, but that one's
 * value is an object.
 */
static bool
IsAttributeValue(const JsonNode *node)
{
	AttributeType type;
	const JsonNode *content;

	check_stack_depth();
	if (node->type != JSON_NODE_OBJECT || node->count != 1 ||
	    !AttributeTypeFromName(node->members[0].name, &type))
		return false;
	content = &node->members[0].value;
	if (type != ATTRIBUTE_M || content->type != JSON_NODE_OBJECT)
		return content->type != JSON_NODE_OBJECT;
	for (int i = 0; i < content->count; i++)
	{
		if (!IsAttributeValue(&content->members[i].value))
			return false;
	}
	return true;
}

Datum
dynamo_unmarshall(PG_FUNCTION_ARGS)
{
	JsonNode *node = JsonFromJsonb(PG_GETARG_JSONB_P(0));
	AttributeValue value;
	StringInfoData json;
	JsonWriter writer;

	if (IsAttributeValue(node))
		AttributeValueParse(node, &value);
	else
		AttributeMapParse(node, &value);
	initStringInfo(&json);
	JsonWriterInit(&writer, &json, true);
	PlainJsonWrite(&writer, &value);
	PG_RETURN_JSONB_P(JsonToJsonb(&json));
}

Datum
dynamo_to_item(PG_FUNCTION_ARGS)
{
	AttributeValue map;

	AttributeMapParse(JsonFromJsonb(PG_GETARG_JSONB_P(0)), &map);
	PG_RETURN_JSONB_P(ItemEncode(&map));
}

Datum
dynamo_from_item(PG_FUNCTION_ARGS)
{
	Jsonb *item = PG_GETARG_JSONB_P(0);
	StringInfoData json;
	JsonWriter writer;

	StoredItemCheck(item);
	initStringInfo(&json);
	JsonWriterInit(&writer, &json, true);
	StoredItemWrite(&writer, item);
	PG_RETURN_JSONB_P(JsonToJsonb(&json));
}
