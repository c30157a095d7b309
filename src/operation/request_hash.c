/*
 * The SHA-256 of a request with the members of every object sorted.
 */
#include "operation/request_hash.h"

#include "common/cryptohash.h"
#include "miscadmin.h"

static int
CompareMembers(const void *left, const void *right)
{
	const JsonMember *a = left;
	const JsonMember *b = right;

	return BytesCompare(a->name, b->name);
}

/* The node with the members of every object sorted; shares what has none. */
static JsonNode
Sorted(const JsonNode *node)
{
	JsonNode sorted = *node;

	check_stack_depth();
	if (node->type == JSON_NODE_ARRAY)
	{
		sorted.elements = palloc(sizeof(JsonNode) * Max(node->count, 1));
		for (int i = 0; i < node->count; i++)
			sorted.elements[i] = Sorted(&node->elements[i]);
	}
	else if (node->type == JSON_NODE_OBJECT)
	{
		sorted.members = palloc(sizeof(JsonMember) * Max(node->count, 1));
		sorted.count = 0;
		for (int i = 0; i < node->count; i++)
		{
			const JsonMember *member = &node->members[i];

			if (member->value.type != JSON_NODE_NULL)
				sorted.members[sorted.count++] =
				    (JsonMember){ member->name, Sorted(&member->value) };
		}
		qsort(sorted.members, sorted.count, sizeof(JsonMember), CompareMembers);
	}
	return sorted;
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
	JsonWriteNode(&writer, &sorted);
	if (pg_cryptohash_init(context) < 0 ||
	    pg_cryptohash_update(context, (const uint8 *) text.data, text.len) < 0 ||
	    pg_cryptohash_final(context, hash, REQUEST_HASH_LENGTH) < 0)
		elog(ERROR, "could not compute the hash of a request");
	pg_cryptohash_free(context);
	pfree(text.data);
}
