/*
 * The SHA-256 of a request with the members of every object sorted.
 */
#include "operation/request/request_hash.h"

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
		object->members[object->count++] = (JsonMember){ name, Sorted(value) };
}

/* A structure's members, or an object's, but nulls. */
static JsonNode
SortedObject(const JsonNode *node)
{
	bool structure = node->type == JSON_NODE_STRUCTURE;
	int count = structure ? node->structure->count : node->count;
	JsonNode sorted = { .type = JSON_NODE_OBJECT };

	sorted.members = palloc(sizeof(JsonMember) * Max(count, 1));
	for (int i = 0; i < count; i++)
	{
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
