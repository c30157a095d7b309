/*
 * Attribute values from DynamoDB JSON, with the service's own errors: those of
 * its JSON layer are SerializationExceptions, those of the values themselves
 * ValidationExceptions.
 */
#include "item/encoding.h"

#include "compat.h"
#include "error/error.h"
#include "text/base64.h"
#include "item/compare.h"
#include "item/item_rules.h"
#include "json/json_token.h"
#include "item/number/number.h"
#include "item/set_duplicates.h"

#include "miscadmin.h"

static void ParseValue(const JsonNode *node, int depth, AttributeValue *value);
static void ParseMap(const JsonNode *node, int depth, AttributeValue *value);

pg_noreturn static void
RejectMisplacedContainer(const JsonNode *node)
{
	if (node->type == JSON_NODE_ARRAY)
		DynamoError(EXCEPTION_SERIALIZATION, TEXT_LIST_MISPLACED);
	DynamoError(EXCEPTION_SERIALIZATION, TEXT_OBJECT_MISPLACED);
	pg_unreachable();
}

/* Rejects a node where a scalar of this class of java.lang should be. */
pg_noreturn static void
NotAScalar(const JsonNode *node, const char *class)
{
	if (node->type == JSON_NODE_ARRAY)
		DynamoError(EXCEPTION_SERIALIZATION, TEXT_COLLECTION_LANG, class);
	if (node->type == JSON_NODE_OBJECT)
		RejectMisplacedContainer(node);
	DynamoError(EXCEPTION_SERIALIZATION, TEXT_NOT_CONVERTIBLE, JsonTokenName(node), class);
	pg_unreachable();
}

static Bytes
ParseText(const JsonNode *node)
{
	if (node->type != JSON_NODE_STRING)
		NotAScalar(node, "String");
	return (Bytes){ node->text, node->count };
}

static void
ParseString(const JsonNode *node, int depth, AttributeValue *value)
{
	Bytes text = ParseText(node);

	value->type = ATTRIBUTE_S;
	value->bytes = text.data;
	value->count = text.length;
}

static void
ParseNumber(const JsonNode *node, int depth, AttributeValue *value)
{
	value->type = ATTRIBUTE_N;
	value->number = NumberParse(ParseText(node));
	value->count = 0;
}

static void
ParseBinary(const JsonNode *node, int depth, AttributeValue *value)
{
	Bytes bytes;
	const char *fault;

	if (node->type == JSON_NODE_ARRAY || node->type == JSON_NODE_OBJECT)
		RejectMisplacedContainer(node);
	if (node->type != JSON_NODE_STRING)
		DynamoError(EXCEPTION_SERIALIZATION, TEXT_NOT_BASE64);
	fault = Base64Decode((Bytes){ node->text, node->count }, &bytes);
	if (fault != NULL)
		DynamoError(EXCEPTION_SERIALIZATION, "%s", fault);
	value->type = ATTRIBUTE_B;
	value->bytes = bytes.data;
	value->count = bytes.length;
}

static void
CheckIsList(const JsonNode *node)
{
	if (node->type == JSON_NODE_OBJECT)
		RejectMisplacedContainer(node);
	if (node->type != JSON_NODE_ARRAY)
		DynamoError(EXCEPTION_SERIALIZATION, TEXT_FIELD_TYPE);
}

typedef void (*ParseFunction)(const JsonNode *node, int depth, AttributeValue *value);

static void
ParseSet(const JsonNode *node, AttributeType type, ParseFunction parse_member, const char *if_empty,
         AttributeValue *set)
{
	CheckIsList(node);
	if (node->count == 0)
		RequestError("%s", if_empty);
	set->type = type;
	set->count = node->count;
	set->elements =
	    MemoryContextAllocHuge(CurrentMemoryContext, sizeof(AttributeValue) * node->count);
	for (int i = 0; i < node->count; i++)
		parse_member(&node->elements[i], 0, &set->elements[i]);
	if (!SetNormalise(set))
		RaiseSetDuplicates(node, type);
}

static void
ParseStringSet(const JsonNode *node, int depth, AttributeValue *value)
{
	ParseSet(node, ATTRIBUTE_SS, ParseString, TEXT_STRING_SET_EMPTY, value);
}

static void
ParseNumberSet(const JsonNode *node, int depth, AttributeValue *value)
{
	ParseSet(node, ATTRIBUTE_NS, ParseNumber, TEXT_NUMBER_SET_EMPTY, value);
}

static void
ParseBinarySet(const JsonNode *node, int depth, AttributeValue *value)
{
	ParseSet(node, ATTRIBUTE_BS, ParseBinary, TEXT_BINARY_SET_EMPTY, value);
}

static void
ParseList(const JsonNode *node, int depth, AttributeValue *list)
{
	CheckIsList(node);
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	list->type = ATTRIBUTE_L;
	list->count = node->count;
	list->elements =
	    MemoryContextAllocHuge(CurrentMemoryContext, sizeof(AttributeValue) * Max(node->count, 1));
	for (int i = 0; i < node->count; i++)
		ParseValue(&node->elements[i], depth, &list->elements[i]);
}

static void
ParseMap(const JsonNode *node, int depth, AttributeValue *map)
{
	if (node->type == JSON_NODE_ARRAY)
		RejectMisplacedContainer(node);
	if (node->type != JSON_NODE_OBJECT)
		DynamoError(EXCEPTION_SERIALIZATION, TEXT_FIELD_TYPE);
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();

	map->type = ATTRIBUTE_M;
	map->count = node->count;
	map->attributes =
	    MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Attribute) * Max(node->count, 1));
	/* A name is reported before a value of the same map. */
	for (int i = 0; i < node->count; i++)
		AttributeNameRequire(node->members[i].name);
	for (int i = 0; i < node->count; i++)
	{
		map->attributes[i].name = node->members[i].name;
		ParseValue(&node->members[i].value, depth, &map->attributes[i].value);
	}
	MapNormalise(map);
}

static bool
ParseTruth(const JsonNode *node)
{
	if (node->type != JSON_NODE_BOOLEAN)
		NotAScalar(node, "Boolean");
	return node->boolean;
}

static void
ParseBoolean(const JsonNode *node, int depth, AttributeValue *value)
{
	value->type = ATTRIBUTE_BOOL;
	value->count = 0;
	value->boolean = ParseTruth(node);
}

static void
ParseNull(const JsonNode *node, int depth, AttributeValue *value)
{
	if (!ParseTruth(node))
		RequestError(TEXT_NULL_FALSE);
	value->type = ATTRIBUTE_NULL;
	value->count = 0;
	value->elements = NULL;
}

static const ParseFunction parse_functions[] = {
	[ATTRIBUTE_S] = ParseString,     [ATTRIBUTE_N] = ParseNumber,
	[ATTRIBUTE_B] = ParseBinary,     [ATTRIBUTE_SS] = ParseStringSet,
	[ATTRIBUTE_NS] = ParseNumberSet, [ATTRIBUTE_BS] = ParseBinarySet,
	[ATTRIBUTE_M] = ParseMap,        [ATTRIBUTE_L] = ParseList,
	[ATTRIBUTE_BOOL] = ParseBoolean, [ATTRIBUTE_NULL] = ParseNull,
};

/* Members that are no type of attribute value, and nulls, are as good as absent. */
static const JsonMember *
OnlyDatatype(const JsonNode *node, AttributeType *type)
{
	const JsonMember *only = NULL;

	for (int i = 0; i < node->count; i++)
	{
		const JsonMember *member = &node->members[i];
		AttributeType found;

		if (member->value.type == JSON_NODE_NULL || !AttributeTypeFromName(member->name, &found))
			continue;
		if (only != NULL && found != *type)
			ValidationError(TEXT_VALUE_SEVERAL_TYPES);
		only = member;
		*type = found;
	}
	return only;
}

/* `depth` is the number of lists and maps around the value, an item's own map not counted. */
static void
ParseValue(const JsonNode *node, int depth, AttributeValue *value)
{
	const JsonMember *member = NULL;
	AttributeType type = ATTRIBUTE_NULL;

	NestingCheck(depth);
	if (node->type == JSON_NODE_ARRAY)
		RejectMisplacedContainer(node);
	if (node->type != JSON_NODE_OBJECT && node->type != JSON_NODE_NULL)
		DynamoError(EXCEPTION_SERIALIZATION, TEXT_VALUE_TYPE);

	if (node->type == JSON_NODE_OBJECT)
		member = OnlyDatatype(node, &type);
	if (member == NULL)
		ValidationError(TEXT_VALUE_EMPTY);
	parse_functions[type](&member->value, depth + 1, value);
}

void
AttributeValueParse(const JsonNode *node, AttributeValue *value)
{
	ParseValue(node, 0, value);
}

void
AttributeValueParseDeep(const JsonNode *node, int allowance, AttributeValue *value)
{
	ParseValue(node, -allowance, value);
}

void
AttributeMapParse(const JsonNode *node, AttributeValue *map)
{
	ParseMap(node, 0, map);
}
