/*
 * Requests under a client token. Two requests are the same where their members
 * are, in whatever order: a digest of the request with its members sorted stands
 * for it.
 */
#include "operation/idempotency.h"

#include "common/cryptohash.h"
#include "miscadmin.h"

#include "error/error.h"
#include "storage/client_token.h"

#define TOKEN_MEMBER "ClientRequestToken"

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

static void
HashRequest(const JsonNode *request, uint8 hash[REQUEST_HASH_LENGTH])
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

bool
RequestIsRepeated(const JsonNode *request)
{
	Bytes token = JsonGetString(request, TOKEN_MEMBER);
	uint8 hash[REQUEST_HASH_LENGTH];

	if (token.data == NULL)
		return false;
	HashRequest(request, hash);
	switch (ClientTokenClaim(token, hash))
	{
		case TOKEN_NEW:
			return false;
		case TOKEN_KNOWN:
			return true;
		case TOKEN_MISMATCH:
			DynamoError(EXCEPTION_IDEMPOTENT_PARAMETER_MISMATCH,
			            "DynamoDB rejected the request because you retried a request with a "
			            "different payload but with an idempotent token that was already used.");
			break;
		case TOKEN_IN_PROGRESS:
			DynamoError(EXCEPTION_TRANSACTION_IN_PROGRESS,
			            "The transaction with the given request token is already in progress.");
			break;
	}
	pg_unreachable();
}
