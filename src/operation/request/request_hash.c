/*
 * The SHA-256 of what a request asks for: with the members of every object and set sorted, numbers
 * in one spelling, and without what only the answer depends on.
 */
#include "operation/request/request_hash.h"

#include "item/number/number.h"

#include "common/cryptohash.h"
#include "miscadmin.h"

static int
CompareMembers(const void *left, const void *right)
{
	const JsonMember *a = left;
	const JsonMember *b = right;

	return BytesCompare(a->name, b->name);
}

static JsonNode Sorted(const JsonNode *node);

static int
CompareStrings(const void *left, const void *right)
{
	return BytesCompare(JsonNodeString(left), JsonNodeString(right));
}

static JsonNode
StringNode(const char *text)
{
	return (JsonNode){ JSON_NODE_STRING, strlen(text), { .text = text } };
}

/* A value of type N; the request has been read, so that it is a number. */
static JsonNode
SpeltNumber(const JsonNode *number)
{
	return StringNode(NumberToString(NumberParse(JsonNodeString(number))));
}

static bool
IsArrayOfStrings(const JsonNode *node)
{
	for (int i = 0; i < node->count; i++)
	{
		if (node->elements[i].type != JSON_NODE_STRING)
			return false;
	}
	return true;
}

static JsonNode
SortedSet(const JsonNode *set, bool numbers)
{
	JsonNode sorted = *set;

	sorted.elements = palloc(sizeof(JsonNode) * Max(set->count, 1));
	for (int i = 0; i < set->count; i++)
		sorted.elements[i] = numbers ? SpeltNumber(&set->elements[i]) : set->elements[i];
	qsort(sorted.elements, sorted.count, sizeof(JsonNode), CompareStrings);
	return sorted;
}

/*
 * A member of an attribute value in one spelling. No attribute's value is a string or an array, so
 * that a member called N or SS which is one is a value's.
 */
static JsonNode
SortedMember(Bytes name, const JsonNode *value)
{
	bool numbers = BytesEqual(name, BYTES_LITERAL("NS"));

	if (value->type == JSON_NODE_STRING && BytesEqual(name, BYTES_LITERAL("N")))
		return SpeltNumber(value);
	if (value->type == JSON_NODE_ARRAY && IsArrayOfStrings(value) &&
	    (numbers || BytesEqual(name, BYTES_LITERAL("SS")) || BytesEqual(name, BYTES_LITERAL("BS"))))
		return SortedSet(value, numbers);
	return Sorted(value);
}

static JsonNode
SortedArray(const JsonNode *array)
{
	JsonNode sorted = *array;

	sorted.elements = palloc(sizeof(JsonNode) * Max(array->count, 1));
	for (int i = 0; i < array->count; i++)
		sorted.elements[i] = Sorted(&array->elements[i]);
	return sorted;
}

static void
AddMember(JsonNode *object, Bytes name, const JsonNode *value)
{
	if (value->type != JSON_NODE_NULL)
		object->members[object->count++] = (JsonMember){ name, SortedMember(name, value) };
}

/* A structure's members, or an object's, but nulls and what says only how to answer. */
static JsonNode
SortedObject(const JsonNode *node)
{
	bool structure = node->type == JSON_NODE_STRUCTURE;
	int count = structure ? node->structure->count : node->count;
	int skipped = structure ? (int) node->structure->shape->slots[MEMBER_ReturnConsumedCapacity] -
	                              node->structure->shape->first_slot
	                        : -1;
	JsonNode sorted = { .type = JSON_NODE_OBJECT };

	sorted.members = palloc(sizeof(JsonMember) * Max(count, 1));
	for (int i = 0; i < count; i++)
	{
		if (structure && i == skipped)
			continue;
		if (structure)
			AddMember(&sorted, node->structure->shape->members[i].name, &node->structure->slots[i]);
		else
			AddMember(&sorted, node->members[i].name, &node->members[i].value);
	}
	qsort(sorted.members, sorted.count, sizeof(JsonMember), CompareMembers);
	return sorted;
}

/* The node with the members of every object sorted; shares what has none. */
static JsonNode
Sorted(const JsonNode *node)
{
	check_stack_depth();
	if (node->type == JSON_NODE_ARRAY)
		return SortedArray(node);
	if (node->type == JSON_NODE_OBJECT || node->type == JSON_NODE_STRUCTURE)
		return SortedObject(node);
	return *node;
}

void
RequestHash(const JsonNode *request, uint8 hash[REQUEST_HASH_LENGTH])
{
	pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA256);
	JsonNode sorted = Sorted(request);
	StringInfoData text;
	JsonWriter writer;

	initStringInfo(&text);
	JsonWriterInit(&writer, &text, false);
	RequestNodeWrite(&writer, &sorted);
	if (pg_cryptohash_init(context) < 0 ||
	    pg_cryptohash_update(context, (const uint8 *) text.data, text.len) < 0 ||
	    pg_cryptohash_final(context, hash, REQUEST_HASH_LENGTH) < 0)
		elog(ERROR, "could not compute the hash of a request");
	pg_cryptohash_free(context);
	pfree(text.data);
}
