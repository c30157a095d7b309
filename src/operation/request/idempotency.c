/*
 * Requests under a client token.
 */
#include "operation/request/idempotency.h"

#include "error/error.h"
#include "operation/request/request_hash.h"
#include "storage/write/client_token.h"

bool
RequestIsRepeated(const OperationContext *context, const Structure *request)
{
	Bytes token = StructureString(request, member_ClientRequestToken);
	uint8 hash[REQUEST_HASH_LENGTH];

	if (token.data == NULL)
		return false;
	RequestHash(&(JsonNode){ JSON_NODE_STRUCTURE, 0, { .structure = request } }, hash);
	switch (ClientTokenClaim(context->identity.role, token, hash))
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
